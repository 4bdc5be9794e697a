/** Retention by the deployed functions, on the sandbox's EC2 and under their own rights; machines that only say that they did it. */
import {
  CreateSnapshotsCommand,
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DisableFastSnapshotRestoresCommand,
  EC2Client,
  EnableFastSnapshotRestoresCommand,
} from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { RETENTION_DETAIL_TYPE, retentionDetailSchema } from '../../lambda/core/event/retention-event';
import { TAG } from '../../lambda/core/snapshot-tags';
import { accessKeyOf } from '../../sandbox/aws/lambda/credentials';
import { madeUpId } from '../../sandbox/scenario/fleet';
import { type Case, instanceOf, policyOf, SCHEDULE, volumeOf } from '../end-to-end/harness/cases';
import { EMITTED } from '../end-to-end/harness/monitored';
import { type Bench, openBench, REGION } from '../sandbox/support/bench';
import { assemblyOf } from '../support/sandbox-assembly';

const keeping = (RetainRule: object, more: Case = {}): Case => ({ script: null, schedule: { RetainRule }, ...more });
const DAY = { Interval: 1, IntervalUnit: 'DAYS' };
const ONE = { Count: 1 };

const CASES = {
  count: keeping({ Count: 2 }),
  merged: keeping(ONE, { coinciding: { Longer: { RetainRule: { Count: 2 } } } }),
  age: keeping(DAY),
  proven: keeping(DAY),
  locked: keeping(ONE),
  image: keeping(ONE),
  archived: keeping(ONE),
  fast: keeping(ONE),
  binned: keeping(ONE),
  untagged: keeping(ONE),
  killed: keeping(ONE),
} satisfies Record<string, Case>;
type Name = keyof typeof CASES;
const all = Object.entries(CASES);
const NAMES = [
  'count',
  'merged',
  'age',
  'proven',
  'locked',
  'image',
  'archived',
  'fast',
  'binned',
  'untagged',
  'killed',
] as const satisfies readonly Name[];

const POLICIES = Object.fromEntries(all.map(([name, of]) => [name, policyOf(name, of)]));
const FLEET = [
  ...all.map(([name, of]) => instanceOf(name, { ...of, volumes: [0, 1].map((index) => volumeOf(name, 'ext4', `/data${index}`, index)) })),
  instanceOf('foreign', {}),
];
const PATIENCE_MS = 180_000;
const SWEEP = 'stillpoint-lifecycle-sweep';

const stateSchema = z.object({
  time: z.string(),
  snapshots: z.array(z.object({ id: z.string(), instanceId: z.string(), tags: z.record(z.string(), z.string()) })),
  recycleBin: z.array(z.string()),
});
const eventSchema = z.object({ 'detail-type': z.literal(RETENTION_DETAIL_TYPE), detail: retentionDetailSchema });

let bench: Bench;
const state = async () => stateSchema.parse(await (await fetch(`${bench.sandbox.endpoint}/_sandbox/state`)).json());

/** An instance's sets by execution, the oldest first. */
const setsOf = async (name: string) => {
  const { snapshots } = await state();
  const own = snapshots.filter(({ tags }) => tags[TAG.policyId] !== undefined && tags[TAG.instanceId] === madeUpId('i', name));
  const executions = [...new Set(own.map(({ tags }) => tags[TAG.executionId] ?? ''))].sort();
  return executions.map((execution) => own.filter(({ tags }) => tags[TAG.executionId] === execution));
};
const sizes = async (name: Name) => (await setsOf(name)).map((members) => members.length);
const tagOf = async (name: Name, key: string) => (await setsOf(name)).map(([first]) => first?.tags[key] ?? '');
const oldest = async (name: Name) => (await setsOf(name))[0]?.map(({ id }) => id) ?? [];

const toldOf = (name: string): readonly string[] =>
  bench.lines('events').flatMap((line) => {
    const { data } = eventSchema.safeParse(line);
    return data?.detail.source.endsWith(madeUpId('i', name)) ? [`${data.detail.result} ${data.detail.reason}`] : [];
  });

/** Fire a rule that is no policy's, some minutes from now. */
const later = async (name: string, minutes: number): Promise<void> => {
  const { time } = await state();
  await bench.post('rule', { name, at: new Date(Date.parse(time) + minutes * 60_000).toISOString() });
};
const fire = (name: Name) => bench.post('fire', { policyId: name, schedule: SCHEDULE });
/** The next hour's run of these policies: a run in a minute that had one is the same run. */
const run = async (...names: readonly Name[]): Promise<void> => {
  await later('stillpoint-sweep', 2);
  for (const name of names) await fire(name);
  await bench.sandbox.idle();
};
/** The daily sweep, some hours from now. */
const sweep = async (hours = 0): Promise<void> => {
  await later(SWEEP, hours * 60 + 1); // its time makes it another message to the queue
  await bench.sandbox.idle();
};
const switchFastRestore = (command: typeof EnableFastSnapshotRestoresCommand | typeof DisableFastSnapshotRestoresCommand, id: string) =>
  bench.ec2.send(new command({ SourceSnapshotIds: [id], AvailabilityZones: [`${REGION}a`] }));
const act = (snapshotId = '', action = ''): Promise<unknown> =>
  action === 'switch-off'
    ? switchFastRestore(DisableFastSnapshotRestoresCommand, snapshotId)
    : bench.post(`snapshots/${snapshotId}/${action}`);
const tag = (ids: readonly string[], Key: string, Value: string) =>
  bench.ec2.send(new CreateTagsCommand({ Resources: [...ids], Tags: [{ Key, Value }] }));

/** Snapshots of somebody else: without any tag, and with tags that look like ours. */
let foreign: readonly string[] = [];
const makeForeign = async (): Promise<void> => {
  const Tags = [
    { Key: TAG.executionId, Value: 'count@2020-01-01T00:00Z/i-1' },
    { Key: TAG.instanceId, Value: madeUpId('i', 'count') },
  ];
  const { Snapshots = [] } = await bench.ec2.send(
    new CreateSnapshotsCommand({
      InstanceSpecification: { InstanceId: madeUpId('i', 'foreign') },
      TagSpecifications: [{ ResourceType: 'snapshot', Tags }],
    }),
  );
  foreign = Snapshots.map(({ SnapshotId = '' }) => SnapshotId);
};

const expiredSchema = z.object({ expired: z.number() });
/** The function dies once it has deleted the first snapshot of a set, and its message comes again. */
const dieHalfway = async (): Promise<void> => {
  await bench.post('faults', { kind: 'kill-function', action: 'DeleteSnapshot' });
  await fire('killed');
  while (expiredSchema.parse((await bench.post('expire')).body).expired === 0) await new Promise((done) => setTimeout(done, 20));
  await bench.sandbox.idle();
};

beforeAll(async () => {
  const timing = { snapshotCompletionMs: 10, deliveryMs: 1, deleteSnapshotTokens: { capacity: 1, perSecond: 4 } };
  bench = await openBench({ assembly: await assemblyOf({ policies: POLICIES }), fleet: FLEET, timing, realTime: true });
  await makeForeign();
  await run(...NAMES);
  await tag(await oldest('proven'), TAG.consistency, 'application');
  await act((await oldest('locked'))[1], 'lock');
  await act((await oldest('image'))[1], 'register');
  await act((await oldest('image'))[1], 'disable-image');
  await act((await oldest('archived'))[0], 'archive');
  await switchFastRestore(EnableFastSnapshotRestoresCommand, (await oldest('fast'))[0] ?? '');
  await act((await oldest('binned'))[0], 'bin');
  await tag([madeUpId('i', 'untagged')], 'Backup', 'no more');
  await run(...NAMES.filter((name) => name !== 'killed' && name !== 'untagged'));
  await dieHalfway();
}, PATIENCE_MS);
afterAll(() => bench.end());

test(
  'by count, the oldest set goes when there are enough newer ones',
  async () => {
    expect(await sizes('count')).toEqual([2, 2]);
    await run('count');
    expect(await sizes('count')).toEqual([2, 2]);
    expect(toldOf('count')).toEqual(['deleting expired']);
    const lines = bench.lines('functions').map(({ line }) => line);
    expect(lines).toContainEqual(expect.objectContaining({ DLMPolicyId: 'count', SnapshotsDeleteCompleted: 2 }));
  },
  PATIENCE_MS,
);

test(
  'a set of several schedules stays as long as one of them keeps it',
  async () => {
    expect(await sizes('merged')).toEqual([2, 2]);
    await run('merged');
    expect(await sizes('merged')).toEqual([2, 2]);
    expect(toldOf('merged')).toEqual(['deleting expired']);
  },
  PATIENCE_MS,
);

test(
  'by age, sets go a day later, but not the last one, and not the newest proven one',
  async () => {
    await sweep(18);
    expect([await sizes('age'), await sizes('proven')]).toEqual([
      [2, 2],
      [2, 2],
    ]);
    await sweep(24);
    expect([await sizes('age'), await sizes('proven')]).toEqual([[2], [2, 2]]);
    expect([toldOf('age'), toldOf('proven')]).toEqual([['deleting expired'], []]);
  },
  PATIENCE_MS,
);

test.each([
  ['locked', 'locked', 1, 'unlock'],
  ['image', 'backs-an-image', 1, 'deregister'],
  ['archived', 'archived', 0, 'restore-tier'],
  ['fast', 'restored-fast', 0, 'switch-off'],
] as const)(
  '%s: the whole set is kept and told once, and goes whole when nothing keeps it',
  async (name, reason, index, release) => {
    await sweep();
    expect(await sizes(name)).toEqual([2, 2]);
    expect(toldOf(name)).toEqual([`skipped ${reason}`]);
    expect(await tagOf(name, TAG.skipped)).toEqual([reason, '']);
    expect(bench.lines('functions').map(({ line }) => line)).toContainEqual(
      expect.objectContaining({ DLMPolicyId: name, SnapshotsDeleteFailed: 2 }),
    );
    await act((await oldest(name))[index], release);
    await sweep();
    expect(await sizes(name)).toEqual([2]);
    expect(toldOf(name)).toEqual([`skipped ${reason}`, 'deleting expired']);
  },
  PATIENCE_MS,
);

test(
  'a set of which somebody took a snapshot is left and flagged, until it is back',
  async () => {
    expect(await sizes('binned')).toEqual([1, 2]);
    expect(toldOf('binned')).toEqual(['orphaned incomplete']);
    const [inBin] = (await state()).recycleBin;
    await act(inBin, 'recover');
    await sweep();
    expect(await sizes('binned')).toEqual([2]);
    expect(toldOf('binned')).toEqual(['orphaned incomplete', 'deleting expired']);
  },
  PATIENCE_MS,
);

test(
  'sets of what is no target any more are flagged once, and no longer when it is one again',
  async () => {
    expect(await tagOf('untagged', TAG.orphan)).toEqual(['target-tag-removed']);
    expect(toldOf('untagged')).toEqual(['orphaned target-tag-removed']);
    await tag([madeUpId('i', 'untagged')], 'Backup', 'untagged');
    await sweep();
    expect(await tagOf('untagged', TAG.orphan)).toEqual(['']);
    expect(toldOf('untagged')).toHaveLength(1);
  },
  PATIENCE_MS,
);

test(
  'what a function that died left of a set is finished, and told once',
  async () => {
    expect(await sizes('killed')).toEqual([2]);
    expect(toldOf('killed')).toEqual(['deleting expired']);
  },
  PATIENCE_MS,
);

test(
  'a policy that is gone leaves orphans, which the sweep finds',
  async () => {
    const ids = (await setsOf('age')).flat().map(({ id }) => id);
    await tag(ids, TAG.policyId, 'long-gone');
    await sweep();
    expect(await tagOf('age', TAG.orphan)).toEqual(['policy-gone']);
    expect(toldOf('age')).toEqual(['deleting expired', 'orphaned policy-gone']);
  },
  PATIENCE_MS,
);

test(
  'a rule of the Recycle Bin keeps what is deleted: no failure',
  async () => {
    await bench.post('recycle-bin', { retains: true });
    const ids = await oldest('count');
    await run('count');
    await bench.post('recycle-bin', { retains: false });
    expect(await sizes('count')).toEqual([2, 2]);
    expect((await state()).recycleBin).toEqual(expect.arrayContaining([...ids]));
  },
  PATIENCE_MS,
);

test('deletions that EC2 throttles are tried again', () => {
  const throttled = bench
    .lines('requests')
    .filter(({ action, errorCode }) => action === 'DeleteSnapshot' && errorCode === 'RequestLimitExceeded');
  expect(throttled.length).toBeGreaterThan(0);
});

describe('snapshots of others', () => {
  const asLifecycle = (): EC2Client => {
    const callers = bench.lines('rights').map(({ caller }) => String(caller));
    const role = callers.find((caller) => caller.startsWith('StillpointLifecycle')) ?? '';
    const credentials = { accessKeyId: accessKeyOf(role), secretAccessKey: 'x' };
    return new EC2Client({ endpoint: bench.sandbox.endpoint, region: REGION, maxAttempts: 1, credentials });
  };
  const unauthorized = (action: string) => ({ name: 'UnauthorizedOperation', message: expect.stringContaining(`perform ec2:${action}`) });

  test('are all there', async () => {
    const { snapshots } = await state();
    expect(foreign).not.toEqual([]);
    expect(snapshots.map(({ id }) => id)).toEqual(expect.arrayContaining([...foreign]));
  });

  test('can’t be deleted by the function’s role, nor be made ours by it', async () => {
    const ec2 = asLifecycle();
    const [id = ''] = foreign;
    await expect(ec2.send(new DeleteSnapshotCommand({ SnapshotId: id }))).rejects.toMatchObject(unauthorized('DeleteSnapshot'));
    for (const Key of [TAG.policyId, TAG.deleting]) {
      const tags = new CreateTagsCommand({ Resources: [id], Tags: [{ Key, Value: 'count' }] });
      await expect(ec2.send(tags)).rejects.toMatchObject(unauthorized('CreateTags'));
    }
    const [own = ''] = await oldest('count');
    for (const Key of [TAG.policyId, TAG.expirationTime]) {
      const tags = new CreateTagsCommand({ Resources: [own], Tags: [{ Key, Value: 'count' }] });
      await expect(ec2.send(tags)).rejects.toMatchObject(unauthorized('CreateTags'));
    }
    ec2.destroy();
  });
});

test('what is monitored of it was written', () => {
  const lines = bench.lines('functions').map(({ line }) => JSON.stringify(line));
  expect(EMITTED['retention']?.filter((name) => !lines.some((line) => line.includes(`"${name}":`)))).toEqual([]);
});
