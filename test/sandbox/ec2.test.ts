import {
  CreateSnapshotsCommand,
  type CreateSnapshotsCommandInput,
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  DescribeSnapshotsCommand,
  type DescribeSnapshotsCommandInput,
  DescribeVolumesCommand,
  paginateDescribeInstances,
} from '@aws-sdk/client-ec2';
import { type Bench, openBench } from './support/bench';
import { instance, instanceId, volumeId } from './support/fleet';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench({
    fleet: [
      instance(1, { tags: { Backup: 'nightly', Name: 'a*b' } }),
      instance(2, { tags: { Backup: 'nightly-2', Name: 'axb' }, state: 'stopped' }),
      instance(3, { tags: { backup: 'nightly' }, platform: 'windows' }),
    ],
  });
});
afterEach(() => bench.end());

const instances = async (input: DescribeInstancesCommandInput) => {
  const { Reservations = [] } = await bench.ec2.send(new DescribeInstancesCommand(input));
  return Reservations.flatMap(({ Instances = [] }) => Instances);
};
const ids = async (Name: string, ...Values: string[]) =>
  (await instances({ Filters: [{ Name, Values }] })).map(({ InstanceId }) => InstanceId);

describe('DescribeInstances', () => {
  it('tells state, tags and attached volumes', async () => {
    expect(await instances({ InstanceIds: [instanceId(2)] })).toMatchObject([
      {
        InstanceId: instanceId(2),
        State: { Name: 'stopped', Code: 80 },
        InstanceType: 'm7g.large',
        RootDeviceName: '/dev/xvda',
        Tags: [
          { Key: 'Backup', Value: 'nightly-2' },
          { Key: 'Name', Value: 'axb' },
        ],
        BlockDeviceMappings: [
          { DeviceName: '/dev/xvda', Ebs: { VolumeId: volumeId(32) } },
          { DeviceName: '/dev/sdf' },
          { DeviceName: '/dev/sdg' },
        ],
        LaunchTime: new Date('2026-11-21T02:30:00Z'),
      },
    ]);
  });

  it.each([
    ['tag:Backup', ['nightly'], [1]],
    ['tag:Backup', ['nightly*'], [1, 2]],
    ['tag:Backup', ['nightly', 'nightly-2'], [1, 2]],
    ['tag:Name', ['a?b'], [1, 2]],
    ['tag:Name', ['a\\*b'], [1]],
    ['tag-key', ['backup'], [3]],
    ['instance-state-name', ['running'], [1, 3]],
    ['platform', ['windows'], [3]],
  ])('filters by %s of %j', async (name, values, expected) => {
    expect(await ids(name, ...values)).toEqual(expected.map(instanceId));
  });

  it('holds every filter against an instance', async () => {
    const Filters = [
      { Name: 'tag:Backup', Values: ['nightly*'] },
      { Name: 'instance-state-name', Values: ['stopped'] },
    ];
    expect((await instances({ Filters })).map(({ InstanceId }) => InstanceId)).toEqual([instanceId(2)]);
  });

  it.each([
    [{ InstanceIds: [instanceId(9)] }, 'InvalidInstanceID.NotFound'],
    [{ InstanceIds: ['i-nonsense'] }, 'InvalidInstanceID.Malformed'],
    [{ Filters: [{ Name: 'colour', Values: ['red'] }] }, 'InvalidParameterValue'],
    [{ MaxResults: 4 }, 'InvalidParameterValue'],
    [{ MaxResults: 5, InstanceIds: [instanceId(1)] }, 'InvalidParameterCombination'],
    [{ NextToken: 'x' }, 'InvalidPaginationToken'],
    [{ DryRun: true }, 'DryRunOperation'],
  ])('answers %j with %s', async (input, name) => {
    await expect(instances(input)).rejects.toMatchObject({ name });
  });

  it('gives pages', async () => {
    const small = await openBench({ fleet: [1, 2, 3].map((number) => instance(number)), timing: { pageLimit: 2 } });
    const sizes: number[] = [];
    for await (const page of paginateDescribeInstances({ client: small.ec2 }, {})) sizes.push(page.Reservations?.length ?? 0);
    await small.end();
    expect(sizes).toEqual([2, 1]);
  });
});

it('DescribeVolumes finds the volumes of an instance', async () => {
  const { Volumes = [] } = await bench.ec2.send(
    new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [instanceId(1)] }] }),
  );
  expect(Volumes.map(({ VolumeId }) => VolumeId)).toEqual([16, 17, 18].map(volumeId));
  expect(Volumes[1]).toMatchObject({
    VolumeType: 'gp3',
    State: 'in-use',
    Attachments: [{ InstanceId: instanceId(1), Device: '/dev/sdf', State: 'attached' }],
  });
});

const create = (input: Partial<CreateSnapshotsCommandInput> = {}, number = 1) =>
  bench.ec2.send(new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: instanceId(number) }, ...input }));
const snapshots = async (input: DescribeSnapshotsCommandInput = { OwnerIds: ['self'] }) =>
  (await bench.ec2.send(new DescribeSnapshotsCommand(input))).Snapshots ?? [];
const tagged = (...tags: (readonly [string, string])[]) => [
  { ResourceType: 'snapshot' as const, Tags: tags.map(([Key, Value]) => ({ Key, Value })) },
];

describe('CreateSnapshots', () => {
  it('makes one set of all attached volumes, tagged at creation', async () => {
    const { Snapshots = [] } = await create({ Description: 'set', TagSpecifications: tagged(['k', 'v']) });
    expect(Snapshots).toMatchObject(
      [16, 17, 18].map((number) => ({
        VolumeId: volumeId(number),
        State: 'pending',
        Description: 'set',
        Tags: [{ Key: 'k', Value: 'v' }],
      })),
    );
    expect(bench.machines.copied).toEqual([new Map(Snapshots.map(({ VolumeId, SnapshotId }) => [VolumeId, SnapshotId]))]);
    const found = await snapshots({
      Filters: [
        { Name: 'tag:k', Values: ['v'] },
        { Name: 'status', Values: ['pending'] },
      ],
    });
    expect(found.map(({ SnapshotId }) => SnapshotId)).toEqual(Snapshots.map(({ SnapshotId }) => SnapshotId));
  });

  it('leaves excluded volumes out', async () => {
    const specification = { InstanceId: instanceId(1), ExcludeBootVolume: true, ExcludeDataVolumeIds: [volumeId(17)] };
    const { Snapshots = [] } = await create({ InstanceSpecification: specification });
    expect(Snapshots.map(({ VolumeId }) => VolumeId)).toEqual([volumeId(18)]);
  });

  it('completes a moment later and says so on the bus, with odd ARNs and without tags', async () => {
    const { Snapshots = [] } = await create();
    bench.clock.advance(1_500);
    expect((await snapshots()).map(({ State, Progress }) => [State, Progress])).toEqual(Array(3).fill(['completed', '100%']));
    expect(bench.lines('events')).toEqual([
      {
        version: '0',
        id: expect.any(String),
        'detail-type': 'EBS Multi-Volume Snapshots Completion Status',
        source: 'aws.ec2',
        account: '111122223333',
        time: '2026-11-21T02:30:01Z',
        region: 'eu-west-1',
        resources: Snapshots.map(({ SnapshotId }) => `arn:aws:ec2::eu-west-1:snapshot/${SnapshotId}`),
        detail: expect.objectContaining({
          event: 'createSnapshots',
          result: 'succeeded',
          snapshots: expect.arrayContaining([expect.objectContaining({ status: 'completed' })]),
        }),
      },
    ]);
  });

  it('ends in error as a whole when a fault says so', async () => {
    bench.sandbox.addFault({ kind: 'late-failure', instanceId: instanceId(1) });
    await create();
    bench.clock.advance(1_500);
    expect((await snapshots()).map(({ State }) => State)).toEqual(['error', 'error', 'error']);
    expect(bench.lines('events')).toMatchObject([{ detail: { result: 'failed' } }]);
  });

  it('refuses a volume that had a snapshot less than 15 seconds ago', async () => {
    await create();
    bench.clock.advance(14_999);
    await expect(create()).rejects.toMatchObject({ name: 'SnapshotCreationPerVolumeRateExceeded' });
    bench.clock.advance(1);
    await expect(create()).resolves.toBeDefined();
  });

  it('refuses a sixth pending snapshot of a volume', async () => {
    await bench.end();
    bench = await openBench({ fleet: [instance(1)], timing: { snapshotCompletionMs: 3_600_000 } });
    for (let count = 0; count < 5; count += 1) {
      await create();
      bench.clock.advance(15_000);
    }
    await expect(create()).rejects.toMatchObject({ name: 'ConcurrentSnapshotLimitExceeded' });
  });

  it.each<[string, Partial<CreateSnapshotsCommandInput>, string]>([
    ['an unknown instance', { InstanceSpecification: { InstanceId: instanceId(9) } }, 'InvalidInstanceID.NotFound'],
    [
      'the root volume among the data volumes',
      { InstanceSpecification: { InstanceId: instanceId(1), ExcludeDataVolumeIds: [volumeId(16)] } },
      'InvalidParameterValue',
    ],
    [
      'a volume of another instance',
      { InstanceSpecification: { InstanceId: instanceId(1), ExcludeDataVolumeIds: [volumeId(33)] } },
      'InvalidParameterValue',
    ],
    [
      'everything excluded',
      { InstanceSpecification: { InstanceId: instanceId(1), ExcludeBootVolume: true, ExcludeDataVolumeIds: [17, 18].map(volumeId) } },
      'InvalidParameterValue',
    ],
    ['a tag of AWS', { TagSpecifications: tagged(['aws:dlm:x', '1']) }, 'InvalidParameterValue'],
    ['a tag twice', { TagSpecifications: tagged(['a', '1'], ['a', '2']) }, 'InvalidParameterValue'],
    ['51 tags', { TagSpecifications: tagged(...Array.from({ length: 51 }, (_, index) => [`k${index}`, ''] as const)) }, 'TagLimitExceeded'],
  ])('refuses %s', async (_what, input, name) => {
    await expect(create(input)).rejects.toMatchObject({ name });
    expect(bench.machines.copied).toEqual([]);
  });

  it('copies the tags of each volume, and refuses one that is also given', async () => {
    await bench.ec2.send(new CreateTagsCommand({ Resources: [volumeId(17)], Tags: [{ Key: 'tier', Value: 'data' }] }));
    await expect(create({ CopyTagsFromSource: 'volume', TagSpecifications: tagged(['tier', 'x']) })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    const { Snapshots = [] } = await create({ CopyTagsFromSource: 'volume', TagSpecifications: tagged(['k', 'v']) });
    expect(Snapshots[1]?.Tags).toEqual([
      { Key: 'k', Value: 'v' },
      { Key: 'tier', Value: 'data' },
    ]);
    expect(Snapshots[0]?.Tags).toEqual([{ Key: 'k', Value: 'v' }]);
  });
});

describe('snapshots', () => {
  it('take tags later, and are gone when deleted', async () => {
    const [first] = (await create()).Snapshots ?? [];
    const SnapshotId = first?.SnapshotId ?? '';
    await bench.ec2.send(new CreateTagsCommand({ Resources: [SnapshotId], Tags: [{ Key: 'result', Value: 'ok' }] }));
    expect((await snapshots({ SnapshotIds: [SnapshotId] }))[0]?.Tags).toEqual([{ Key: 'result', Value: 'ok' }]);
    await bench.ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
    await expect(snapshots({ SnapshotIds: [SnapshotId] })).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' });
  });

  it('are found only after a while, when the sandbox is told so', async () => {
    await bench.end();
    bench = await openBench({ fleet: [instance(1)], timing: { snapshotVisibleMs: 5_000 } });
    await create();
    expect(await snapshots()).toEqual([]);
    bench.clock.advance(5_000);
    expect(await snapshots()).toHaveLength(3);
  });
});

it('names an operation that the sandbox does not have', async () => {
  await expect(bench.ec2.send(new DescribeAddressesCommand({}))).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('ec2:DescribeAddresses'),
  });
});

it('writes one line a request, with what it concerns', async () => {
  const { Snapshots = [] } = await create();
  expect(bench.lines('requests')).toEqual([
    {
      time: '2026-11-21T02:30:00.000Z',
      role: 'user',
      service: 'ec2',
      action: 'CreateSnapshots',
      resources: expect.arrayContaining([instanceId(1), volumeId(17), ...Snapshots.map(({ SnapshotId }) => SnapshotId)]),
      status: 200,
      ms: expect.any(Number),
    },
  ]);
});

describe('a fault', () => {
  it('answers with its error as often as it says, for its instance only', async () => {
    bench.sandbox.addFault({
      kind: 'error',
      action: 'CreateSnapshots',
      code: 'RequestLimitExceeded',
      status: 503,
      instanceId: instanceId(1),
      times: 2,
    });
    await expect(create({}, 3)).resolves.toBeDefined();
    await expect(create()).rejects.toMatchObject({ name: 'RequestLimitExceeded', $metadata: { httpStatusCode: 503 } });
    await expect(create()).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
    await expect(create()).resolves.toBeDefined();
  });

  it('loses the answer of a call that was carried out', async () => {
    await bench.post('faults', { kind: 'lost-answer', action: 'CreateSnapshots' });
    await expect(create()).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(await snapshots()).toHaveLength(3);
  });
});
