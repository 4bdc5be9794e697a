import * as z from 'zod/mini';
import { AwsError } from '../aws-error';
import { describeRights } from '../iam/rights/ec2-rights';
import { fastRestoreRights } from '../iam/rights/sharing-rights';
import { operation } from '../operation';
import { describeFields, describePage, notFound, refuseDryRun } from './describe';
import { fastRestores, stateOf, zonesOf } from './fast-restore';
import { type Attributes, matchesFilters } from './filters';
import { type Ec2, type FastRestore, snapshotIn, type Zone } from './state';

const ids = z.optional(z.array(z.string()));
const schema = z.strictObject({
  DryRun: z.optional(z.string()),
  SourceSnapshotId: z.array(z.string()),
  AvailabilityZone: ids,
  AvailabilityZoneId: ids,
});
type FastRestoreRequest = z.infer<typeof schema>;

const SNAPSHOTS_LIMIT = 10;

interface Refused {
  readonly code: string;
  readonly message: string;
}

/** What is asked for one snapshot in one zone, by whichever of its names. */
interface Pair {
  readonly snapshotId: string;
  readonly given: { readonly availabilityZone?: string; readonly availabilityZoneId?: string };
  readonly zone: Zone | undefined;
}

const pairsOf = (input: FastRestoreRequest, region: string): readonly Pair[] => {
  const zones = zonesOf(region);
  const { AvailabilityZone = [], AvailabilityZoneId = [], SourceSnapshotId } = input;
  if ((AvailabilityZone.length === 0) === (AvailabilityZoneId.length === 0))
    throw new AwsError('InvalidParameterCombination', 'Either AvailabilityZone or AvailabilityZoneId must be specified.');
  // AWS's, as its users report it.
  if (SourceSnapshotId.length > SNAPSHOTS_LIMIT)
    throw new AwsError(
      'InvalidRequest',
      `Number of values of parameter SourceSnapshotIds must be less than or equal to ${SNAPSHOTS_LIMIT}.`,
    );
  const asked = [
    ...AvailabilityZone.map((name) => ({ given: { availabilityZone: name }, zone: zones.find((zone) => zone.name === name) })),
    ...AvailabilityZoneId.map((id) => ({ given: { availabilityZoneId: id }, zone: zones.find((zone) => zone.id === id) })),
  ];
  return SourceSnapshotId.flatMap((snapshotId) => asked.map((one) => ({ ...one, snapshotId })));
};

type Act = (ec2: Ec2, region: string, snapshotId: string, zone: Zone) => FastRestore | Refused;

/** Answers a list of what was done and one of what was not, as EC2 does. The codes of the second are not published. */
const acting = (ec2: Ec2, act: Act) =>
  operation(schema, fastRestoreRights(ec2), (input, call) => {
    for (const id of input.SourceSnapshotId) if (snapshotIn(ec2.state, call.region, id) === undefined) throw notFound('Snapshot', id);
    const pairs = pairsOf(input, call.region);
    refuseDryRun(input.DryRun);
    for (const id of input.SourceSnapshotId) call.touched.add(id);
    const results = pairs.map(({ snapshotId, given, zone }) => ({
      ...{ snapshotId, given },
      result:
        zone === undefined
          ? { code: 'InvalidAvailabilityZone', message: 'The zone is not known.' }
          : act(ec2, call.region, snapshotId, zone),
    }));
    return {
      successful: results.flatMap(({ result }) => ('zone' in result ? [item(ec2, result)] : [])),
      unsuccessful: results.flatMap(({ snapshotId, given, result }) =>
        'zone' in result ? [] : [{ snapshotId, fastSnapshotRestoreStateErrorSet: [{ ...given, error: result }] }],
      ),
    };
  });

const enable: Act = (ec2, region, snapshotId, zone) => {
  const others = new Set(
    fastRestores(ec2, region).flatMap((one) => (one.state === 'disabled' || one.snapshotId === snapshotId ? [] : one.snapshotId)),
  );
  if (others.size >= ec2.timing.fastRestoreQuota)
    return { code: 'FastSnapshotRestoreLimitExceeded', message: `At most ${ec2.timing.fastRestoreQuota} snapshots in a Region.` };
  const restore: FastRestore = { snapshotId, zone, enabledAt: ec2.clock.now() };
  ec2.state.fastRestores.set(`${snapshotId} ${zone.name}`, restore);
  return restore;
};

const disable: Act = (ec2, _region, snapshotId, zone) => {
  const restore = ec2.state.fastRestores.get(`${snapshotId} ${zone.name}`);
  if (restore === undefined || restore.disabledAt !== undefined)
    return { code: 'InvalidState', message: 'Fast snapshot restore is not enabled.' };
  restore.disabledAt = ec2.clock.now();
  return restore;
};

export const enableFastSnapshotRestores = (ec2: Ec2) => acting(ec2, enable);
export const disableFastSnapshotRestores = (ec2: Ec2) => acting(ec2, disable);

export const describeFastSnapshotRestores = (ec2: Ec2) =>
  operation(z.strictObject(describeFields), describeRights, (input, { region }) => {
    refuseDryRun(input.DryRun);
    const matching = fastRestores(ec2, region).filter(({ snapshotId, zone, state }) => {
      const known: Readonly<Record<string, string>> = {
        'snapshot-id': snapshotId,
        'availability-zone': zone.name,
        'availability-zone-id': zone.id,
        state,
      };
      const attributes: Attributes = (name) => (known[name] === undefined ? undefined : [known[name]]);
      return matchesFilters(input.Filter, attributes);
    });
    const page = describePage(ec2, matching, input, undefined);
    return { fastSnapshotRestoreSet: page.items.map((restore) => item(ec2, restore)), nextToken: page.token };
  });

const item = (ec2: Ec2, restore: FastRestore) => {
  const record = ec2.state.snapshots.get(restore.snapshotId);
  return {
    snapshotId: restore.snapshotId,
    availabilityZone: restore.zone.name,
    availabilityZoneId: restore.zone.id,
    state: record && stateOf(ec2, restore, record),
    stateTransitionReason: 'Client.UserInitiated',
    ownerId: ec2.account.accountId,
    enablingTime: restore.enabledAt,
  };
};
