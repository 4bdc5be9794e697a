import {
  CopySnapshotCommand,
  type CopySnapshotCommandInput,
  CreateSnapshotsCommand,
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { defaultEbsKey } from '../../sandbox/aws/ec2/encryption';
import { accessKeyOf } from '../../sandbox/aws/lambda/credentials';
import { role } from './support/assembly';
import { ACCOUNT, type Bench, openBench, REGION } from './support/bench';
import { encrypted, instance, instanceId } from './support/fleet';

const THERE = 'eu-central-1';
const key = (region: string, name: string): string => `arn:aws:kms:${region}:${ACCOUNT}:key/${name}`;
const SOURCE_KEY = key(REGION, 'source');
const THERE_KEY = key(THERE, 'there');

const allow = (Action: string | string[], Resource: string, Condition: object = {}) => ({ Effect: 'Allow', Action, Resource, Condition });
const KEY_USE = ['DescribeKey', 'Decrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncrypt*'].map((name) => `kms:${name}`);
const use = (arn: string, region: string, actions = KEY_USE) => [
  allow(actions, arn, { StringEquals: { 'kms:ViaService': `ec2.${region}.amazonaws.com` } }),
  allow('kms:CreateGrant', arn, { Bool: { 'kms:GrantIsForAWSResource': 'true' } }),
];

/** What a role that copies needs. */
const COPY = [
  allow('ec2:CopySnapshot', `arn:aws:ec2:${THERE}::snapshot/\${*}`, { Null: { 'aws:RequestTag/owner': 'false' } }),
  allow('ec2:CopySnapshot', 'arn:aws:ec2:*::snapshot/snap-*'),
  allow('ec2:CreateTags', `arn:aws:ec2:${THERE}::snapshot/*`, { StringEquals: { 'ec2:CreateAction': 'CopySnapshot' } }),
];

const HERE_DEFAULT = defaultEbsKey({ accountId: ACCOUNT, region: REGION });
const FLEET = [instance(1), encrypted(instance(2), [HERE_DEFAULT, SOURCE_KEY])];

let bench: Bench;
const open = async (...statements: readonly object[]): Promise<void> => {
  bench = await openBench({ resources: { Role: role(...statements) }, fleet: FLEET });
};
const client = (region: string, caller?: string) =>
  new EC2Client({
    endpoint: bench.sandbox.endpoint,
    region,
    credentials: { accessKeyId: caller === undefined ? 'sandbox' : accessKeyOf(caller), secretAccessKey: 'x' },
    maxAttempts: 1,
  });
afterEach(() => bench.end());

/** The completed snapshots of an instance's set. */
const set = async (number = 1): Promise<readonly string[]> => {
  const { Snapshots = [] } = await bench.ec2.send(
    new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: instanceId(number) } }),
  );
  bench.clock.advance(1_500);
  return Snapshots.flatMap(({ SnapshotId }) => SnapshotId ?? []);
};
const copy = (SourceSnapshotId: string, input: Partial<CopySnapshotCommandInput> = {}, ec2 = client(THERE)) =>
  ec2.send(new CopySnapshotCommand({ SourceRegion: REGION, SourceSnapshotId, ...input }));
const described = async (region: string) =>
  (await client(region).send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))).Snapshots ?? [];
const tags = (...pairs: (readonly [string, string])[]) => [
  { ResourceType: 'snapshot' as const, Tags: pairs.map(([Key, Value]) => ({ Key, Value })) },
];

describe('a copy', () => {
  it('is in its own region alone, with tags of its own and without the volume of its source', async () => {
    await open();
    const [source = ''] = await set();
    const { SnapshotId } = await copy(source, { TagSpecifications: tags(['owner', 'us']), Description: 'from here' });
    expect(await described(THERE)).toMatchObject([
      { SnapshotId, VolumeId: 'vol-ffffffff', State: 'pending', Encrypted: false, Description: 'from here', Tags: [{ Key: 'owner' }] },
    ]);
    expect((await described(REGION)).map((one) => one.SnapshotId)).not.toContain(SnapshotId);
    bench.clock.advance(1_500);
    expect(await described(THERE)).toMatchObject([{ State: 'completed' }]);
    const ids = [SnapshotId ?? ''];
    const gone = { name: 'InvalidSnapshot.NotFound' };
    await expect(bench.ec2.send(new CreateTagsCommand({ Resources: ids, Tags: [{ Key: 'a', Value: 'b' }] }))).rejects.toMatchObject(gone);
    await expect(bench.ec2.send(new DeleteSnapshotCommand({ SnapshotId: ids[0] }))).rejects.toMatchObject(gone);
    await client(THERE).send(new DeleteSnapshotCommand({ SnapshotId: ids[0] }));
    expect(await described(THERE)).toEqual([]);
  });

  it('can be restored after its source is deleted', async () => {
    await open();
    const [, source = ''] = await set();
    const { SnapshotId = '' } = await copy(source);
    await bench.ec2.send(new DeleteSnapshotCommand({ SnapshotId: source }));
    expect(await bench.sandbox.verify(instanceId(1), [SnapshotId])).toMatchObject({ code: 0, stdout: 'true /data' });
  });

  it.each([
    ['of a source that is not there', async () => copy('snap-00000000000000001'), 'InvalidSnapshot.NotFound'],
    ['of a pending source', async (id: string) => copy(id), 'IncorrectState'],
    ['with a key but without Encrypted', async (_id: string, done: string) => copy(done, { KmsKeyId: 'x' }), 'InvalidParameterDependency'],
    [
      'for another region than the endpoint’s',
      async (_id: string, done: string) => copy(done, { DestinationRegion: REGION, PresignedUrl: 'x' }),
      'InvalidParameterValue',
    ],
  ])('%s is refused', async (_what, act, name) => {
    await open();
    const [done = ''] = await set();
    const { Snapshots = [] } = await bench.ec2.send(new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: instanceId(2) } }));
    await expect(act(Snapshots[0]?.SnapshotId ?? '', done)).rejects.toMatchObject({ name });
  });

  it('is one of 20 at once in a region; the control route ends them', async () => {
    await open();
    const [source = ''] = await set();
    for (let count = 0; count < 20; count += 1) await copy(source);
    await expect(copy(source)).rejects.toMatchObject({ name: 'ResourceLimitExceeded' });
    await copy(source, {}, client('us-east-1'));
    expect(await bench.post('copies')).toEqual({ status: 200, body: { ended: 21 } });
    await copy(source);
  });
});

it('another region has none of the instances and volumes', async () => {
  await open();
  const there = client(THERE);
  expect((await there.send(new DescribeInstancesCommand({}))).Reservations ?? []).toEqual([]);
  expect((await there.send(new DescribeVolumesCommand({}))).Volumes ?? []).toEqual([]);
  const InstanceSpecification = { InstanceId: instanceId(1) };
  await expect(there.send(new CreateSnapshotsCommand({ InstanceSpecification }))).rejects.toMatchObject({
    name: 'InvalidInstanceID.NotFound',
  });
});

describe('encryption', () => {
  it('is told of volumes, their snapshots and the copies, with the default key where none is named', async () => {
    await open();
    const volumes = (await bench.ec2.send(new DescribeVolumesCommand({}))).Volumes ?? [];
    expect(volumes.map(({ Encrypted }) => Encrypted)).toEqual([false, false, false, true, true, false]);
    const plain = await set(1);
    const [onDefault = '', onOwn = ''] = await set(2);
    expect((await described(REGION)).slice(3)).toMatchObject([
      { Encrypted: true, KmsKeyId: HERE_DEFAULT },
      { Encrypted: true, KmsKeyId: SOURCE_KEY },
      { Encrypted: false },
    ]);
    await copy(plain[0] ?? '');
    await copy(plain[0] ?? '', { Encrypted: true });
    await copy(plain[0] ?? '', { Encrypted: true, KmsKeyId: THERE_KEY });
    await copy(onDefault);
    await copy(onOwn);
    const theirDefault = defaultEbsKey({ accountId: ACCOUNT, region: THERE });
    expect((await described(THERE)).map(({ Encrypted, KmsKeyId }) => [Encrypted, KmsKeyId])).toEqual([
      [false, undefined],
      [true, theirDefault],
      [true, THERE_KEY],
      [true, theirDefault],
      [true, theirDefault],
    ]);
  });

  /** How a copy by the role ends. */
  const end = async (number: number, member: number, input: Partial<CopySnapshotCommandInput> = {}) => {
    const source = (await set(number))[member] ?? '';
    await copy(source, { TagSpecifications: tags(['owner', 'us']), ...input }, client(THERE, 'Role'));
    bench.clock.advance(1_500);
    return (await described(THERE)).map(({ State, StateMessage }) => ({ State, StateMessage }));
  };
  const failed = [{ State: 'error', StateMessage: 'Given key ID is not accessible' }];
  const done = [{ State: 'completed', StateMessage: undefined }];

  it('without the rights for the source’s key the call succeeds and the copy fails', async () => {
    await open(...COPY);
    expect(await end(2, 1)).toEqual(failed);
  });

  it('without the rights for the copy’s key the call succeeds and the copy fails', async () => {
    await open(...COPY, ...use(THERE_KEY, REGION)); // through EC2 of the wrong region
    expect(await end(1, 0, { Encrypted: true, KmsKeyId: THERE_KEY })).toEqual(failed);
  });

  it('a key of another region is not accessible', async () => {
    await open(...COPY, ...use(SOURCE_KEY, REGION));
    expect(await end(1, 0, { Encrypted: true, KmsKeyId: SOURCE_KEY })).toEqual(failed);
  });

  it('succeeds with the rights for both, and needs none for default keys', async () => {
    await open(...COPY, ...use(SOURCE_KEY, REGION), ...use(THERE_KEY, THERE));
    expect(await end(2, 1, { Encrypted: true, KmsKeyId: THERE_KEY })).toEqual(done);
    bench.clock.advance(60_000);
    expect(await end(2, 0)).toEqual([...done, ...done]);
  });
});

describe('the right to copy', () => {
  const refused = (text: string) => ({ name: 'UnauthorizedOperation', message: expect.stringContaining(text) });
  const byRole = async (input: Partial<CopySnapshotCommandInput> = { TagSpecifications: tags(['owner', 'us']) }) =>
    copy((await set())[0] ?? '', input, client(THERE, 'Role'));

  it('is asked on the new snapshot, on the source, and for its tags', async () => {
    await open(...COPY);
    const [source = ''] = await set();
    await copy(source, { TagSpecifications: tags(['owner', 'us']) }, client(THERE, 'Role'));
    expect(bench.lines('rights').map(({ action, resource }) => [action, resource])).toEqual([
      ['ec2:CopySnapshot', `arn:aws:ec2:${THERE}::snapshot/*`],
      ['ec2:CopySnapshot', `arn:aws:ec2:${REGION}::snapshot/${source}`],
      ['ec2:CreateTags', `arn:aws:ec2:${THERE}::snapshot/*`],
    ]);
  });

  it.each([
    [0, `ec2:CopySnapshot on arn:aws:ec2:${THERE}::snapshot/*`],
    [1, `ec2:CopySnapshot on arn:aws:ec2:${REGION}::snapshot/snap-`],
    [2, `ec2:CreateTags on arn:aws:ec2:${THERE}::snapshot/*`],
  ])('is refused without statement %s', async (left, text) => {
    await open(...COPY.filter((_, index) => index !== left));
    await expect(byRole()).rejects.toMatchObject(refused(text));
    expect(await described(THERE)).toEqual([]);
  });

  it('is refused for a copy without the tag that a statement demands', async () => {
    await open(...COPY);
    await expect(byRole({})).rejects.toMatchObject(refused('condition not met: Null aws:RequestTag/owner false (found none)'));
  });
});
