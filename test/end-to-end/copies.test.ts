import { CopySnapshotCommand, DescribeSnapshotsCommand, EC2Client, type Snapshot, type Tag } from '@aws-sdk/client-ec2';
import { COPY_DETAIL_TYPE, type CopyDetail, copyDetailSchema } from '../../lambda/core/event/copy-event';
import { COPIES_AT_ONCE } from '../../lambda/core/lifecycle/copies/plan-copies';
import { COPY_TAG, TAG } from '../../lambda/core/snapshot-tags';
import { defaultEbsKey } from '../../sandbox/aws/ec2/encryption';
import type { VolumeSpec } from '../../sandbox/instance/ports';
import { madeUpId } from '../../sandbox/scenario/fleet';
import { type Granted, grantedBy, policiesOf } from '../rights/granted';
import { ACCOUNT, type Bench, openBench, REGION } from '../sandbox/support/bench';
import { assemblyOf } from '../support/sandbox-assembly';
import { type Case, instanceOf, policyOf, SCHEDULE } from './harness/cases';
import { EMITTED } from './harness/monitored';

const [NEAR, FAR, FULL] = ['eu-central-1', 'us-east-1', 'ap-south-1'];
const key = (region: string, name: string): string => `arn:aws:kms:${region}:${ACCOUNT}:key/${name}`;
const [SOURCE_KEY, OTHER_KEY, NEAR_KEY] = [key(REGION, 'ours'), key(REGION, 'not-ours'), key(NEAR, 'theirs')];

const volumes = (name: string, count: number, kmsKeyId?: string): readonly VolumeSpec[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ id: madeUpId('vol', `${name}/${index}`), deviceName: `/dev/xvdb${index}`, sizeMiB: 16, volumeType: 'gp3', filesystem: 'none' },
    ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
  }));

interface Copied extends Case {
  readonly rules: readonly object[];
}
const copied = (name: string, count: number, rules: readonly object[], kmsKeyId?: string): Copied => ({
  ...{ script: null, volumes: volumes(name, count, kmsKeyId), rules },
});

const CASES: Readonly<Record<string, Copied>> = {
  plain: {
    ...copied('plain', 2, [
      { Target: NEAR, Encrypted: false, CopyTags: true, RetainRule: { Interval: 1, IntervalUnit: 'DAYS' } },
      { TargetRegion: FAR, Encrypted: true },
    ]),
    schedule: { TagsToAdd: [{ Key: 'Team', Value: 'books' }] },
  },
  keyed: copied('keyed', 1, [{ Target: NEAR, Encrypted: true, CmkArn: NEAR_KEY }], SOURCE_KEY),
  /** The lifecycle function has no right to the volume's key. */
  forbidden: copied('forbidden', 1, [{ Target: NEAR, Encrypted: false }], OTHER_KEY),
  many: copied('many', COPIES_AT_ONCE + 2, [{ Target: FULL, Encrypted: false }]),
};

const POLICIES = Object.fromEntries(
  Object.entries(CASES).map(([name, of]) => {
    const policy = policyOf(name, of);
    return [name, { ...policy, Schedules: policy.Schedules.map((schedule) => ({ ...schedule, CrossRegionCopyRules: of.rules })) }];
  }),
);

let assembly: string;
let bench: Bench;
const told: CopyDetail[] = [];
/** Sandbox time, which only moves by what is fired. */
let at = Date.now();

const rule = async (name: string, minutes: number): Promise<void> => {
  at += minutes * 60_000;
  await bench.post('rule', { name: `stillpoint-lifecycle-${name}`, at: new Date(at).toISOString() });
  await bench.sandbox.idle();
};
const follow = () => rule('follow', 15);
const fire = async (...names: readonly string[]): Promise<void> => {
  for (const name of names) await bench.post('fire', { policyId: name, schedule: SCHEDULE, late: true });
  await bench.sandbox.idle();
};
const endCopies = () => bench.post('copies');

const ec2 = (region: string): EC2Client =>
  new EC2Client({ endpoint: bench.sandbox.endpoint, region, credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' } });
const tagOf = ({ Tags = [] }: { readonly Tags?: Tag[] | undefined }, name: string): string | undefined =>
  Tags.find(({ Key }) => Key === name)?.Value;
/** A policy's snapshots in a region, by the index of their volume. */
const snapshots = async (region: string, policyId: string): Promise<readonly Snapshot[]> => {
  const Filters = [{ Name: `tag:${TAG.policyId}`, Values: [policyId] }];
  const { Snapshots = [] } = await ec2(region).send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }));
  return Snapshots;
};
const of = (policyId: string, region: string): readonly CopyDetail[] =>
  told.filter((detail) => detail.policy_id.endsWith(`/${policyId}`) && detail.region === region);
const words = (details: readonly CopyDetail[]): readonly string[] => details.map(({ operation, result }) => `${operation} ${result}`);
const ids = (all: readonly Snapshot[]): readonly string[] => all.map(({ SnapshotId = '' }) => SnapshotId);
const copies = (): number => bench.lines('requests').filter(({ action }) => action === 'CopySnapshot').length;
const logged = (text: string) =>
  bench
    .lines('functions')
    .map(({ line }) => JSON.stringify(line))
    .filter((line) => line.includes(text));

beforeAll(async () => {
  assembly = await assemblyOf({ policies: POLICIES, settings: { volumeKeys: [SOURCE_KEY] } });
  const timing = { snapshotCompletionMs: 10, snapshotCopyMs: 1e9, invocationVisibleMs: 0, deliveryMs: 1, asyncRetryMs: [1] };
  const fleet = Object.entries(CASES).map(([name, one]) => instanceOf(name, one));
  bench = await openBench({ assembly, fleet, timing, realTime: true });
  bench.sandbox.onEvent((event) => {
    if (event['detail-type'] === COPY_DETAIL_TYPE) told.push(copyDetailSchema.parse(event.detail));
  });
  await fire(...Object.keys(CASES));
}, 180_000);
afterAll(() => bench.end());

/** Each goes on where the one before has ended. */
describe('copies in other regions', () => {
  it('wait for the quarter-hourly look', () => {
    expect(copies()).toBe(0);
  });

  it('begin for every member of each confirmed set, with its identity and its verdict, and once though an answer is lost', async () => {
    const sources = await snapshots(REGION, 'plain');
    await bench.post('faults', { kind: 'lost-answer', action: 'CopySnapshot', instanceId: sources[0]?.SnapshotId });
    await follow();
    const near = await snapshots(NEAR, 'plain');
    expect(near.map((one) => tagOf(one, COPY_TAG.sourceSnapshot))).toEqual(ids(sources));
    expect(near.map((one) => tagOf(one, COPY_TAG.sourceVolume))).toEqual(volumes('plain', 2).map(({ id }) => id));
    const source = sources[0] ?? {};
    for (const name of [TAG.executionId, TAG.instanceId, TAG.scheduleName, TAG.consistency, TAG.reason, TAG.confirmed])
      expect(near.map((one) => tagOf(one, name))).toEqual([tagOf(source, name), tagOf(source, name)]);
    const kept = new Date((source.StartTime?.getTime() ?? 0) + 86_400_000).toISOString();
    expect(near.map((one) => tagOf(one, TAG.expirationTime))).toEqual([kept, kept]);
    expect((await snapshots(FAR, 'plain')).map((one) => tagOf(one, TAG.expirationTime))).toEqual([undefined, undefined]);
    expect(words(of('plain', NEAR))).toEqual(['copy started']);
    expect(words(of('plain', FAR))).toEqual(['copy started', 'copy started']);
  });

  it('carry their sources’ own tags where the rule says so', async () => {
    const teams = async (region: string) => (await snapshots(region, 'plain')).map((one) => tagOf(one, 'Team'));
    expect(await teams(REGION)).toEqual(['books', 'books']);
    expect([await teams(NEAR), await teams(FAR)]).toEqual([
      ['books', 'books'],
      [undefined, undefined],
    ]);
  });

  it('are encrypted as the rules and their sources say', async () => {
    const keys = async (region: string, name: string) => (await snapshots(region, name)).map(({ KmsKeyId }) => KmsKeyId);
    const theirDefault = (region: string) => defaultEbsKey({ accountId: ACCOUNT, region });
    expect(await keys(NEAR, 'plain')).toEqual([undefined, undefined]);
    expect(await keys(FAR, 'plain')).toEqual([theirDefault(FAR), theirDefault(FAR)]);
    expect(await keys(NEAR, 'keyed')).toEqual([NEAR_KEY]);
    expect(await keys(NEAR, 'forbidden')).toEqual([theirDefault(NEAR)]);
    expect(of('keyed', NEAR)).toMatchObject([{ encrypted: true, kms_key: NEAR_KEY }]);
  });

  it('are 20 at once in a region, the others wait; a second look begins nothing twice', async () => {
    const begun = copies();
    await follow();
    expect(copies()).toBe(begun);
    expect(await snapshots(FULL, 'many')).toHaveLength(COPIES_AT_ONCE);
    await endCopies();
    await follow();
    expect(await snapshots(FULL, 'many')).toHaveLength(COPIES_AT_ONCE + 2);
    expect(words(of('many', FULL)).filter((word) => word === 'copy success')).toHaveLength(COPIES_AT_ONCE);
  });

  it('are told when they are completed, and can be restored', async () => {
    const near = await snapshots(NEAR, 'plain');
    expect(near.map((one) => tagOf(one, COPY_TAG.copy))).toEqual(['completed', 'completed']);
    expect(words(of('plain', NEAR))).toEqual(['copy started', 'copy success', 'copy success']);
    const source = (await snapshots(REGION, 'plain'))[0];
    expect(of('plain', NEAR)[1]).toMatchObject({
      source_snapshot: `arn:aws:ec2:${REGION}::snapshot/${source?.SnapshotId}`,
      snapshot: `arn:aws:ec2:${NEAR}::snapshot/${near[0]?.SnapshotId}`,
      consistency: 'crash',
    });
    expect(await bench.sandbox.verify(madeUpId('i', 'plain'), ids(near))).toMatchObject({ code: 0 });
  });

  it('without a right to the source’s key fail with EC2’s words, are deleted, and tried three times in all', async () => {
    const failure = { state_message: 'Given key ID is not accessible', result: 'failed', encrypted: true };
    expect(of('forbidden', NEAR).at(-1)).toMatchObject({ ...failure, failures: 1, retried: true });
    expect(await snapshots(NEAR, 'forbidden')).toEqual([]);
    for (const failures of [2, 3]) {
      await follow();
      await endCopies();
      await follow();
      expect(of('forbidden', NEAR).at(-1)).toMatchObject({ ...failure, failures, retried: failures < 3 });
    }
    const begun = copies();
    await follow();
    expect(copies()).toBe(begun);
    expect((await snapshots(REGION, 'forbidden')).map((one) => tagOf(one, TAG.copyFailures))).toEqual([`${NEAR} 3`]);
    const events = told.length;
    await follow();
    expect(told).toHaveLength(events);
  });

  it('that failed stand in the log as warnings, with EC2’s words', () => {
    expect(logged('"told of a copy"').filter((line) => line.includes('"level":"WARN"') && line.includes('not accessible'))).toHaveLength(3);
  });

  it('are metrics under DLM’s names', () => {
    const written = (name: string, policyId: string) => logged(`"${name}"`).some((line) => line.includes(`"DLMPolicyId":"${policyId}"`));
    expect(EMITTED['copies in other regions']?.map((name, index) => written(name, ['many', 'keyed', 'forbidden'][index] ?? ''))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('of another region’s app, or without our marks, are not this app’s', async () => {
    const tags = (...pairs: (readonly [string, string])[]) => [
      { ResourceType: 'snapshot' as const, Tags: pairs.map(([Key, Value]) => ({ Key, Value })) },
    ];
    const [here, there] = [await snapshots(REGION, 'plain'), await snapshots(NEAR, 'plain')];
    const past = [TAG.expirationTime, new Date(at - 1).toISOString()] as const;
    const TagSpecifications = tags([TAG.policyId, 'plain'], past);
    await ec2(NEAR).send(new CopySnapshotCommand({ SourceRegion: REGION, SourceSnapshotId: here[0]?.SnapshotId, TagSpecifications }));
    const fromThere = tags([TAG.policyId, 'plain'], [TAG.instanceId, madeUpId('i', 'plain')], [COPY_TAG.sourceSnapshot, 'snap-1'], past);
    await ec2(REGION).send(
      new CopySnapshotCommand({ SourceRegion: NEAR, SourceSnapshotId: there[0]?.SnapshotId, TagSpecifications: fromThere }),
    );
    await endCopies();
    await follow();
    const [found = ''] = logged('sets found')
      .filter((line) => line.includes('"policyId":"plain"'))
      .slice(-1);
    expect(found).toContain('"sets":1');
  });

  it('are deleted when their age is over, set by set, once there is a newer one; those without retention stay', async () => {
    const first = ids(await snapshots(NEAR, 'plain'));
    await rule('sweep', 2 * 24 * 60);
    expect(ids(await snapshots(NEAR, 'plain'))).toEqual(first);
    await fire('plain');
    await follow();
    await endCopies();
    await follow();
    const all = ids(await snapshots(NEAR, 'plain'));
    expect(all).toHaveLength(5);
    await rule('sweep', 60);
    expect(ids(await snapshots(NEAR, 'plain'))).toEqual(all.filter((id) => !first.slice(0, 2).includes(id)));
    expect(words(of('plain', NEAR)).filter((word) => word === 'delete success')).toHaveLength(2);
    expect(await snapshots(FAR, 'plain')).toHaveLength(4);
  });

  it('use all the rights that the function has for them, and no call is refused', () => {
    const elsewhere = new RegExp(`:ec2:(${[NEAR, FAR, FULL].join('|')}):`);
    const ofCopies = ({ action, resource }: Granted): boolean => /^(ec2:CopySnapshot$|kms:)/.test(action) || elsewhere.test(resource);
    const granted = grantedBy(policiesOf(assembly)).filter(
      (right) => right.statement.source.startsWith('StillpointLifecycle') && ofCopies(right),
    );
    const right = (statement: unknown, action: unknown): string => `${statement}: ${action}`;
    const used = new Set(bench.lines('rights').map(({ statement, action }) => right(statement, action)));
    expect(granted.length).toBeGreaterThan(10);
    expect(granted.map(({ statement, action }) => right(statement.source, action)).filter((one) => !used.has(one))).toEqual([]);
    expect(bench.lines('requests').filter(({ errorCode }) => errorCode === 'UnauthorizedOperation')).toEqual([]);
  });
});
