import {
  type DescribeFastSnapshotRestoreSuccessItem,
  DescribeFastSnapshotRestoresCommand,
  DisableFastSnapshotRestoresCommand,
  type EnableFastSnapshotRestoreErrorItem,
  EnableFastSnapshotRestoresCommand,
} from '@aws-sdk/client-ec2';
import type { FastRestores, SwitchRefusal } from '../lifecycle/share-ports';
import { throughThrottling } from './backoff';
import { ec2 } from './clients';
import { awsError } from './errors';
import { allPages } from './pages';

const TRIES = 8;
const BASE_MS = 500;
/** EC2's largest page. */
const PAGE_SIZE = 200;
/** EC2 takes so many of them in a call (InvalidRequest otherwise). */
const SNAPSHOTS_A_CALL = 10;

/** States in which it is switched on, or about to be. */
const ON = ['enabling', 'optimizing', 'enabled'];

const inStates = (states: readonly string[]): Promise<readonly DescribeFastSnapshotRestoreSuccessItem[]> =>
  allPages(async (token) => {
    const input = {
      Filters: [{ Name: 'state', Values: [...states] }],
      MaxResults: PAGE_SIZE,
      ...(token === undefined ? {} : { NextToken: token }),
    };
    const page = await throughThrottling(TRIES, BASE_MS, () => ec2.send(new DescribeFastSnapshotRestoresCommand(input)));
    return { items: page.FastSnapshotRestores ?? [], nextToken: page.NextToken };
  });

const endingNow: FastRestores['endingNow'] = async () =>
  new Set((await inStates(['disabling'])).flatMap(({ SnapshotId }) => SnapshotId ?? []));

const switchedOn: FastRestores['switchedOn'] = async () => {
  const on = new Map<string, Set<string>>();
  for (const { SnapshotId = '', AvailabilityZone, AvailabilityZoneId } of await inStates(ON)) {
    const zones = on.get(SnapshotId) ?? new Set();
    for (const zone of [AvailabilityZone, AvailabilityZoneId]) if (zone !== undefined) zones.add(zone);
    on.set(SnapshotId, zones);
  }
  return on;
};

/** A zone's id ends in `az` and a number, its name in a letter. EC2 takes either, each in a field of its own. */
const zoneField = (zone: string) => (/-az\d+$/.test(zone) ? { AvailabilityZoneIds: [zone] } : { AvailabilityZones: [zone] });

/** A 200 may hold failures: what is in this list was not switched. */
const refusalsOf = (unsuccessful: readonly EnableFastSnapshotRestoreErrorItem[] = []): readonly SwitchRefusal[] =>
  unsuccessful.flatMap(({ SnapshotId = '', FastSnapshotRestoreStateErrors = [] }) =>
    FastSnapshotRestoreStateErrors.map(({ Error: error }) => ({
      ...{ snapshotId: SnapshotId, code: error?.Code ?? 'Unknown', message: error?.Message ?? '' },
    })),
  );

type Unsuccessful = readonly EnableFastSnapshotRestoreErrorItem[] | undefined;

/** A call that is refused as a whole did nothing for any of its snapshots. */
const switchSome = async (ids: readonly string[], call: () => Promise<Unsuccessful>): Promise<readonly SwitchRefusal[]> => {
  try {
    return refusalsOf(await throughThrottling(TRIES, BASE_MS, call));
  } catch (thrown) {
    const { refused, throttled, code, message } = awsError(thrown);
    if (refused && !throttled) return ids.map((snapshotId) => ({ snapshotId, code, message }));
    throw thrown;
  }
};

const inCalls = async (
  snapshotIds: readonly string[],
  call: (ids: string[]) => Promise<Unsuccessful>,
): Promise<readonly SwitchRefusal[]> => {
  const refusals: SwitchRefusal[] = [];
  for (let start = 0; start < snapshotIds.length; start += SNAPSHOTS_A_CALL) {
    const ids = snapshotIds.slice(start, start + SNAPSHOTS_A_CALL);
    refusals.push(...(await switchSome(ids, () => call(ids))));
  }
  return refusals;
};

const enable: FastRestores['enable'] = (snapshotIds, zone) =>
  inCalls(snapshotIds, async (ids) => {
    const command = new EnableFastSnapshotRestoresCommand({ SourceSnapshotIds: ids, ...zoneField(zone) });
    return (await ec2.send(command)).Unsuccessful;
  });

const disable: FastRestores['disable'] = (snapshotIds, zone) =>
  inCalls(snapshotIds, async (ids) => {
    const command = new DisableFastSnapshotRestoresCommand({ SourceSnapshotIds: ids, ...zoneField(zone) });
    return (await ec2.send(command)).Unsuccessful;
  });

export const ec2FastRestores: FastRestores = { switchedOn, endingNow, enable, disable };
