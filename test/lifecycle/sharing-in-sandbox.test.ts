/** Sharing and fast restore by the deployed functions, on the sandbox's EC2 and under their own rights; machines that only say that they did it. */
import {
  CreateSnapshotsCommand,
  type CreateVolumePermissionModifications,
  DescribeFastSnapshotRestoresCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  DisableFastSnapshotRestoresCommand,
  EC2Client,
  EnableFastSnapshotRestoresCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { FAST_RESTORE_DETAIL_TYPE, fastRestoreDetailSchema } from '../../lambda/core/event/fast-restore-event';
import { SHARE_DETAIL_TYPE, shareDetailSchema } from '../../lambda/core/event/share-event';
import { defaultEbsKey } from '../../sandbox/aws/ec2/encryption';
import { accessKeyOf } from '../../sandbox/aws/lambda/credentials';
import { madeUpId } from '../../sandbox/scenario/fleet';
import { instanceOf, policyOf, SCHEDULE, volumeOf } from '../end-to-end/harness/cases';
import { ACCOUNT, type Bench, openBench, REGION } from '../sandbox/support/bench';
import { encrypted } from '../sandbox/support/fleet';
import { assemblyOf } from '../support/sandbox-assembly';

const OTHER = '222222222222';
const THIRD = '333333333333';
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0000abcd-12ab-34cd-56ef-1234567890ab`;
const DEFAULT_KEY = defaultEbsKey({ accountId: ACCOUNT, region: REGION });
const [A, B, C] = ['a', 'b', 'c'].map((letter) => `${REGION}${letter}`);
const WEEK_HOURS = 7 * 24;

const WITHOUT_SCRIPTS = { script: null };
/** What the policy's one schedule has beside its CreateRule. */
const CASES = {
  /** One volume that is not encrypted, one under a named key, one under the default key. */
  shared: { ShareRules: [{ TargetAccounts: [OTHER, THIRD], UnshareInterval: 7, UnshareIntervalUnit: 'DAYS' }] },
  counted: { FastRestoreRule: { Count: 1, AvailabilityZones: [A, B] }, RetainRule: { Count: 1 } },
  aged: { FastRestoreRule: { Interval: 7, IntervalUnit: 'DAYS', AvailabilityZones: [C] } },
  /** The region has no such zone. */
  nowhere: { FastRestoreRule: { Count: 1, AvailabilityZones: [`${REGION}z`] } },
} as const;
type Name = keyof typeof CASES;
const NAMES = ['shared', 'counted', 'aged', 'nowhere'] as const satisfies readonly Name[];

const volumes = (name: Name) => [0, 1, 2].map((index) => volumeOf(name, 'ext4', `/data${index}`, index));
const FLEET = NAMES.map((name) =>
  name === 'shared'
    ? encrypted(instanceOf(name, { ...WITHOUT_SCRIPTS, volumes: volumes(name) }), [undefined, KEY, DEFAULT_KEY])
    : instanceOf(name, WITHOUT_SCRIPTS),
);

const PATIENCE_MS = 120_000;
let bench: Bench;

const schema = z.union([
  z.object({ 'detail-type': z.literal(SHARE_DETAIL_TYPE), detail: shareDetailSchema }),
  z.object({ 'detail-type': z.literal(FAST_RESTORE_DETAIL_TYPE), detail: fastRestoreDetailSchema }),
]);

/** What was told of an instance, in a word each. */
const toldOf = (name: Name): readonly string[] =>
  bench.lines('events').flatMap((line) => {
    const { data } = schema.safeParse(line);
    return data?.detail.source.endsWith(madeUpId('i', name)) ? [data.detail.result] : [];
  });

const details = <T>(name: Name, detailType: string, of: { parse(detail: unknown): T }): readonly T[] =>
  bench.lines('events').flatMap((line) => {
    const { data } = schema.safeParse(line);
    return data?.['detail-type'] === detailType && data.detail.source.endsWith(madeUpId('i', name)) ? [of.parse(data.detail)] : [];
  });
const sharesOf = (name: Name) => details(name, SHARE_DETAIL_TYPE, shareDetailSchema);
const restoresOf = (name: Name) => details(name, FAST_RESTORE_DETAIL_TYPE, fastRestoreDetailSchema);

const snapshotsOf = async (name: Name) => {
  const Filters = [{ Name: 'tag:stillpoint:instance-id', Values: [madeUpId('i', name)] }];
  const { Snapshots = [] } = await bench.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }));
  return Snapshots.map(({ SnapshotId = '', VolumeId = '', Tags = [], StartTime = new Date(0) }) => {
    const tag = (key: string) => Tags.find(({ Key }) => Key === `stillpoint:${key}`)?.Value;
    return { id: SnapshotId, volumeId: VolumeId, startedAt: StartTime, shared: tag('shared-until'), fast: tag('fast-restore') };
  }).sort((one, other) => one.startedAt.getTime() - other.startedAt.getTime() || one.volumeId.localeCompare(other.volumeId));
};

/** Accounts that may make volumes of an instance's snapshots, snapshot by snapshot. */
const permitted = async (name: Name) =>
  Promise.all(
    (await snapshotsOf(name)).map(async ({ id }) => {
      const command = new DescribeSnapshotAttributeCommand({ SnapshotId: id, Attribute: 'createVolumePermission' });
      return ((await bench.ec2.send(command)).CreateVolumePermissions ?? []).map(({ UserId }) => UserId);
    }),
  );

/** Zones in which an instance's snapshots are switched on, snapshot by snapshot. */
const switchedOn = async (name: Name) => {
  const Filters = [{ Name: 'state', Values: ['enabling', 'optimizing', 'enabled'] }];
  const { FastSnapshotRestores = [] } = await bench.ec2.send(new DescribeFastSnapshotRestoresCommand({ Filters }));
  return (await snapshotsOf(name)).map(({ id }) =>
    FastSnapshotRestores.flatMap(({ SnapshotId, AvailabilityZone }) => (SnapshotId === id ? AvailabilityZone : [])).sort(),
  );
};

const stateSchema = z.object({ time: z.string() });
const now = async (): Promise<number> =>
  Date.parse(stateSchema.parse(await (await fetch(`${bench.sandbox.endpoint}/_sandbox/state`)).json()).time);

const fire = (name: Name) => bench.post('fire', { policyId: name, schedule: SCHEDULE, late: true });

/** The quarter-hourly look, or the daily one, so many hours from now, to which the sandbox's time moves. */
const follow = async (hours = 1 / 4, rule: 'follow' | 'sweep' = 'follow'): Promise<void> => {
  const at = new Date((await now()) + hours * 3_600_000).toISOString();
  await bench.post('rule', { name: `stillpoint-lifecycle-${rule}`, at });
  await bench.sandbox.idle();
};

/** Calls that change anything of sharing or fast restore, by anybody. */
const changes = (): number => bench.lines('requests').filter(({ action }) => /^(Modify|Enable|Disable)/.test(String(action))).length;

beforeAll(async () => {
  const policies = Object.fromEntries(NAMES.map((name) => [name, policyOf(name, { ...WITHOUT_SCRIPTS, schedule: CASES[name] })]));
  const assembly = await assemblyOf({ policies, settings: { volumeKeys: [KEY] } });
  bench = await openBench({ assembly, fleet: FLEET, timing: { snapshotCompletionMs: 300 }, realTime: true });
  for (const name of NAMES) await fire(name);
  await bench.sandbox.idle();
  await follow();
}, PATIENCE_MS);
afterAll(() => bench.end());

describe('sharing', () => {
  test('is told as refused before the set is made, for each volume under a key that is not named', () => {
    const [refused] = sharesOf('shared');
    const volumeId = volumes('shared')[2]?.id;
    expect(refused).toMatchObject({
      ...{ result: 'refused', accounts: [OTHER, THIRD] },
      errors: [
        {
          resource_id: '',
          source: expect.stringMatching(`${volumeId}$`),
          code: 'KeyNotNamed',
          message: expect.stringContaining(DEFAULT_KEY),
        },
      ],
    });
    const about = bench.lines('events').filter((line) => JSON.stringify(line).includes(madeUpId('i', 'shared')));
    expect(about[0]).toMatchObject({ 'detail-type': SHARE_DETAIL_TYPE });
  });

  test('follows the completion: the accounts may use the snapshots, but for the one that EC2 would not share', async () => {
    expect(await permitted('shared')).toEqual([[OTHER, THIRD], [OTHER, THIRD], []]);
    expect(toldOf('shared')).toEqual(['refused', 'shared']);
    const [until, same, refused] = (await snapshotsOf('shared')).map(({ shared }) => shared);
    expect([same, refused]).toEqual([until, 'refused']);
    expect(Date.parse(until ?? '') - Date.now()).toBeGreaterThan((WEEK_HOURS - 1) * 3_600_000);
    const counted = expect.objectContaining({ DLMPolicyId: 'shared', SnapshotsSharedCompleted: 2 });
    expect(bench.lines('functions').map(({ line }) => line)).toContainEqual(counted);
  });
});

describe('fast restore', () => {
  test('follows the completion, in each zone, by count and by age', async () => {
    expect([await switchedOn('counted'), await switchedOn('aged')]).toEqual([[[A, B]], [[C]]]);
    expect(restoresOf('counted')).toMatchObject([{ result: 'enabled', resources: [{ zones: [A, B] }], until: '' }]);
    expect(restoresOf('aged')).toMatchObject([{ result: 'enabled', until: expect.stringMatching(/Z$/) }]);
    expect((await snapshotsOf('counted')).map(({ fast }) => fast)).toEqual([`${A} ${B}`]);
  });

  test('tells once what EC2 does not switch on, in an answer that is a success', async () => {
    expect(restoresOf('nowhere')).toMatchObject([
      { result: 'failed', errors: [{ zone: `${REGION}z`, asked: 'enable', code: 'InvalidAvailabilityZone' }] },
    ]);
    expect((await snapshotsOf('nowhere')).map(({ fast }) => fast)).toEqual([`!${REGION}z`]);
  });
});

test('another look changes nothing, and tells nothing again', async () => {
  const before = NAMES.map(toldOf);
  const made = changes();
  await follow(0.25); // a quarter of an hour on: the queue takes the same text, and so the same second, once
  expect(NAMES.map(toldOf)).toEqual(before);
  expect(changes() - made).toBe(1); // what failed is tried again
});

test('a newer set has fast restore, and the older one has it no longer', async () => {
  await follow(1);
  await fire('counted');
  await bench.sandbox.idle();
  await follow();
  expect(await switchedOn('counted')).toEqual([[], [A, B]]);
  expect((await snapshotsOf('counted')).map(({ fast }) => fast)).toEqual(['off', `${A} ${B}`]);
  expect(toldOf('counted').toSorted()).toEqual(['disabled', 'enabled', 'enabled']);
});

test('a set that has it is deleted once it has it no longer, without a refusal', async () => {
  await follow(1, 'sweep');
  expect((await snapshotsOf('counted')).map(({ fast }) => fast)).toEqual([`${A} ${B}`]);
  const deletions = bench.lines('requests').filter(({ action }) => action === 'DeleteSnapshot');
  expect(deletions.map(({ status }) => status)).toEqual([200]);
});

test('a week later nothing is shared, nor restored fast by age, any more', async () => {
  await follow(WEEK_HOURS);
  expect(await permitted('shared')).toEqual([[], [], []]);
  expect(sharesOf('shared').at(-1)).toMatchObject({ result: 'unshared', accounts: [OTHER, THIRD], still_shared_with: [] });
  expect((await snapshotsOf('shared')).map(({ shared }) => shared)).toEqual(['ended', 'ended', 'refused']);
  expect([await switchedOn('aged'), toldOf('aged')]).toEqual([[[]], ['enabled', 'disabled']]);
  expect((await switchedOn('counted')).at(-1)).toEqual([A, B]);
});

describe('the lifecycle function’s role', () => {
  const client = () => {
    const callers = bench.lines('rights').map(({ caller }) => String(caller));
    const role = callers.find((caller) => caller.startsWith('StillpointLifecycle')) ?? '';
    return new EC2Client({
      ...{ endpoint: bench.sandbox.endpoint, region: REGION, maxAttempts: 1 },
      credentials: { accessKeyId: accessKeyOf(role), secretAccessKey: 'x' },
    });
  };
  const ours = async () => (await snapshotsOf('shared'))[0]?.id ?? '';
  const unauthorized = (action: string) => ({ name: 'UnauthorizedOperation', message: expect.stringContaining(`perform ec2:${action}`) });

  test.each<[string, CreateVolumePermissionModifications]>([
    ['with an account that no policy names', { Add: [{ UserId: '999999999999' }] }],
    ['with everybody', { Add: [{ Group: 'all' }] }],
    ['with everybody beside an account that a policy names', { Add: [{ UserId: OTHER }, { Group: 'all' }] }],
  ])('can’t share %s', async (_whom, CreateVolumePermission) => {
    const command = new ModifySnapshotAttributeCommand({ SnapshotId: await ours(), CreateVolumePermission });
    await expect(client().send(command)).rejects.toMatchObject(unauthorized('ModifySnapshotAttribute'));
  });

  test('can’t switch fast restore on in a zone that no policy names, where it may be switched off', async () => {
    const zone = { SourceSnapshotIds: [await ours()], AvailabilityZones: [`${REGION}d`] };
    await expect(client().send(new EnableFastSnapshotRestoresCommand(zone))).rejects.toMatchObject(
      unauthorized('EnableFastSnapshotRestores'),
    );
    await expect(client().send(new DisableFastSnapshotRestoresCommand(zone))).resolves.toBeDefined();
  });

  test('can do neither, nor end it, to a snapshot that is not ours', async () => {
    const { Snapshots = [] } = await bench.ec2.send(
      new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: madeUpId('i', 'nowhere') } }),
    );
    const SnapshotId = Snapshots[0]?.SnapshotId ?? '';
    const zone = { SourceSnapshotIds: [SnapshotId], AvailabilityZones: [`${A}`] };
    const share = { SnapshotId, CreateVolumePermission: { Add: [{ UserId: OTHER }] } };
    for (const call of [
      client().send(new ModifySnapshotAttributeCommand(share)),
      client().send(new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: 'createVolumePermission' })),
      client().send(new EnableFastSnapshotRestoresCommand(zone)),
      client().send(new DisableFastSnapshotRestoresCommand(zone)),
    ])
      await expect(call).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
  });
});
