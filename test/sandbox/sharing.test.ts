import {
  CreateSnapshotsCommand,
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DescribeFastSnapshotRestoresCommand,
  DescribeSnapshotAttributeCommand,
  DisableFastSnapshotRestoresCommand,
  EC2Client,
  EnableFastSnapshotRestoresCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import { defaultEbsKey } from '../../sandbox/aws/ec2/encryption';
import { accessKeyOf } from '../../sandbox/aws/lambda/credentials';
import { role } from './support/assembly';
import { ACCOUNT, type Bench, openBench, REGION } from './support/bench';
import { encrypted, instance, instanceId } from './support/fleet';

const SNAPSHOT = 'arn:aws:ec2:eu-west-1::snapshot/*';
const allow = (Action: string, Condition: object) => ({ Effect: 'Allow', Action, Resource: SNAPSHOT, Condition });
const OURS = { Null: { 'aws:ResourceTag/owner': 'false' } };
const KEYS = [undefined, defaultEbsKey({ accountId: ACCOUNT, region: REGION }), `arn:aws:kms:${REGION}:${ACCOUNT}:key/ours`];

let bench: Bench;
let ids: readonly string[];
beforeEach(async () => {
  bench = await openBench({
    resources: {
      Role: role(
        allow('ec2:ModifySnapshotAttribute', { ...OURS, StringEquals: { 'ec2:Add/userId': ['222222222222', '333333333333'] } }),
        allow('ec2:EnableFastSnapshotRestores', { ...OURS, StringEquals: { 'ec2:AvailabilityZone': ['eu-west-1a'] } }),
      ),
    },
    fleet: [encrypted(instance(1), KEYS)],
    timing: { fastRestoreQuota: 2 },
  });
  const { Snapshots = [] } = await bench.ec2.send(new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: instanceId(1) } }));
  ids = Snapshots.map(({ SnapshotId = '' }) => SnapshotId);
  await bench.ec2.send(new CreateTagsCommand({ Resources: ids.slice(0, 2), Tags: [{ Key: 'owner', Value: 'us' }] }));
});
afterEach(() => bench.end());

const roleClient = () =>
  new EC2Client({
    endpoint: bench.sandbox.endpoint,
    region: REGION,
    credentials: { accessKeyId: accessKeyOf('Role'), secretAccessKey: 'x' },
    maxAttempts: 1,
  });
type Entry = { readonly UserId: string } | { readonly Group: 'all' };
const modify = (SnapshotId: string, change: { Add?: Entry[]; Remove?: Entry[] }, client = bench.ec2) =>
  client.send(new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission: change }));
const permitted = async (SnapshotId: string) =>
  (await bench.ec2.send(new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: 'createVolumePermission' }))).CreateVolumePermissions;
const account = (number: number): Entry => ({ UserId: String(number).repeat(12) });

describe('the permission to make volumes of a snapshot', () => {
  it('is given to accounts and taken from them, and is told', async () => {
    await modify(ids[0] ?? '', { Add: [account(2), account(3)] });
    await modify(ids[0] ?? '', { Add: [account(2)] });
    expect(await permitted(ids[0] ?? '')).toEqual([account(2), account(3)]);
    await modify(ids[0] ?? '', { Remove: [account(2)] });
    expect(await permitted(ids[0] ?? '')).toEqual([account(3)]);
  });

  it('is refused under the default EBS key, and to the public under any key', async () => {
    await expect(modify(ids[1] ?? '', { Add: [account(2)] })).rejects.toMatchObject({
      name: 'OperationNotPermitted',
      message: 'Encrypted snapshots with EBS default key cannot be shared',
    });
    await expect(modify(ids[2] ?? '', { Add: [{ Group: 'all' }] })).rejects.toMatchObject({ name: 'OperationNotPermitted' });
    await expect(modify(ids[2] ?? '', { Add: [account(2)] })).resolves.toBeDefined();
  });

  it('asks IAM for each account by itself, for the group, and for the snapshot’s tags', async () => {
    const client = roleClient();
    await expect(modify(ids[0] ?? '', { Add: [account(2), account(3)] }, client)).resolves.toBeDefined();
    const unauthorized = { name: 'UnauthorizedOperation' };
    await expect(modify(ids[0] ?? '', { Add: [account(2), account(4)] }, client)).rejects.toMatchObject(unauthorized);
    await expect(modify(ids[0] ?? '', { Add: [account(2), { Group: 'all' }] }, client)).rejects.toMatchObject(unauthorized);
    await expect(modify(ids[0] ?? '', { Remove: [account(2)] }, client)).rejects.toMatchObject(unauthorized);
    await expect(modify(ids[2] ?? '', { Add: [account(2)] }, client)).rejects.toMatchObject(unauthorized);
  });
});

type Zones = { readonly AvailabilityZones: string[] } | { readonly AvailabilityZoneIds: string[] };
const A: Zones = { AvailabilityZones: ['eu-west-1a'] };
const enable = (SourceSnapshotIds: string[], zones: Zones = A, client = bench.ec2) =>
  client.send(new EnableFastSnapshotRestoresCommand({ SourceSnapshotIds, ...zones }));
const disable = (SourceSnapshotIds: string[], zones: Zones = A) =>
  bench.ec2.send(new DisableFastSnapshotRestoresCommand({ SourceSnapshotIds, ...zones }));
const restores = async (Name = 'snapshot-id', Values = [...ids]) =>
  ((await bench.ec2.send(new DescribeFastSnapshotRestoresCommand({ Filters: [{ Name, Values }] }))).FastSnapshotRestores ?? []).map(
    ({ SnapshotId, AvailabilityZone, AvailabilityZoneId, State }) => [SnapshotId, AvailabilityZone, AvailabilityZoneId, State],
  );

describe('fast snapshot restore', () => {
  it('goes through its states by the sandbox’s clock', async () => {
    const [first = ''] = ids;
    const states: unknown[] = [];
    const look = async () => states.push((await restores())[0]?.[3]);
    await enable([first]);
    for (const ms of [0, 1_000, 3_600, 0]) {
      bench.clock.advance(ms);
      await look();
    }
    await disable([first]);
    await look();
    bench.clock.advance(1_000);
    await look();
    expect(states).toEqual(['enabling', 'optimizing', 'enabled', 'enabled', 'disabling', 'disabled']);
  });

  it('takes zones by name or by id, and is found by either', async () => {
    const [first = ''] = ids;
    await enable([first], { AvailabilityZoneIds: ['euw1-az2'] });
    expect(await restores('availability-zone', ['eu-west-1b'])).toEqual([[first, 'eu-west-1b', 'euw1-az2', 'enabling']]);
    expect(await restores('state', ['enabled'])).toEqual([]);
    await expect(enable([first], { AvailabilityZones: [] })).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  });

  it('names each snapshot and zone that it could not switch, in an answer that is a success', async () => {
    const { Successful, Unsuccessful } = await enable([...ids], { AvailabilityZones: ['eu-west-1a', 'eu-west-9z'] });
    expect(Successful?.map(({ SnapshotId, AvailabilityZone }) => [SnapshotId, AvailabilityZone])).toEqual(
      ids.slice(0, 2).map((id) => [id, 'eu-west-1a']),
    );
    expect(
      Unsuccessful?.flatMap(({ SnapshotId, FastSnapshotRestoreStateErrors = [] }) =>
        FastSnapshotRestoreStateErrors.map((error) => [SnapshotId, error.AvailabilityZone, error.Error?.Code]),
      ),
    ).toEqual([
      [ids[0], 'eu-west-9z', 'InvalidAvailabilityZone'],
      [ids[1], 'eu-west-9z', 'InvalidAvailabilityZone'],
      [ids[2], 'eu-west-1a', 'FastSnapshotRestoreLimitExceeded'],
      [ids[2], 'eu-west-9z', 'InvalidAvailabilityZone'],
    ]);
  });

  it('keeps its snapshot from being deleted until it is off', async () => {
    const [first = ''] = ids;
    await enable([first]);
    const remove = () => bench.ec2.send(new DeleteSnapshotCommand({ SnapshotId: first }));
    await expect(remove()).rejects.toMatchObject({ name: 'InvalidSnapshot.InUse' });
    await disable([first]);
    await expect(remove()).rejects.toMatchObject({ name: 'InvalidSnapshot.InUse' });
    bench.clock.advance(1_000);
    await expect(remove()).resolves.toBeDefined();
    expect(await restores()).toEqual([]);
  });

  it('asks IAM for each zone and for the snapshot’s tags', async () => {
    const client = roleClient();
    const [first = '', , foreign = ''] = ids;
    await expect(enable([first], A, client)).resolves.toBeDefined();
    const unauthorized = { name: 'UnauthorizedOperation' };
    await expect(enable([first], { AvailabilityZones: ['eu-west-1a', 'eu-west-1b'] }, client)).rejects.toMatchObject(unauthorized);
    await expect(enable([first], { AvailabilityZoneIds: ['euw1-az1'] }, client)).rejects.toMatchObject(unauthorized);
    await expect(enable([foreign], A, client)).rejects.toMatchObject(unauthorized);
  });

  it('takes ten snapshots a call', async () => {
    await expect(enable(Array.from({ length: 11 }, () => ids[0] ?? ''))).rejects.toMatchObject({ name: 'InvalidRequest' });
  });
});
