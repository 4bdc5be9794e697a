import {
  CreateSnapshotsCommand,
  type CreateSnapshotsCommandInput,
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DescribeVolumesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetDocumentCommand, ListCommandsCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { accessKeyOf } from '../../sandbox/aws/lambda/credentials';
import { EVERYTHING, functionResources, queuePolicy, role } from './support/assembly';
import { type Bench, openBench, REGION } from './support/bench';
import { instance, instanceId, volumeId } from './support/fleet';
import { handlerCode } from './support/handler-code';

const allow = (Action: string, Resource: string, Condition: object = {}) => ({ Effect: 'Allow', Action, Resource, Condition });

const INSTANCE = 'arn:aws:ec2:eu-west-1:111122223333:instance/*';
const VOLUME = 'arn:aws:ec2:eu-west-1:111122223333:volume/*';
const SNAPSHOT = 'arn:aws:ec2:eu-west-1::snapshot/*';
const DOCUMENT = 'arn:aws:ssm:eu-west-1:111122223333:document/ours';
const BUS = 'arn:aws:events:eu-west-1:111122223333:event-bus/default';

/** Rights as a role for snapshots has them, by what they are for. */
const RIGHTS = {
  instance: allow('ec2:CreateSnapshots', INSTANCE, { StringEquals: { 'aws:ResourceTag/Backup': 'nightly', 'ec2:Region': 'eu-west-1' } }),
  volume: allow('ec2:CreateSnapshots', VOLUME),
  snapshot: allow('ec2:CreateSnapshots', SNAPSHOT, { Null: { 'aws:RequestTag/owner': 'false' } }),
  tagsAtCreation: allow('ec2:CreateTags', SNAPSHOT, { StringEquals: { 'ec2:CreateAction': 'CreateSnapshots' } }),
  tagsLater: allow('ec2:CreateTags', SNAPSHOT, {
    Null: { 'aws:ResourceTag/owner': 'false' },
    'ForAllValues:StringLike': { 'aws:TagKeys': ['state', 'result-*'] },
  }),
  document: allow('ssm:SendCommand', DOCUMENT, { StringEquals: { 'ssm:resourceTag/DLMScriptsAccess': 'true' } }),
  target: allow('ssm:SendCommand', INSTANCE, { StringEquals: { 'ssm:resourceTag/Backup': 'nightly' } }),
  events: allow('events:PutEvents', BUS, {
    'ForAllValues:StringEquals': { 'events:source': 'stillpoint' },
    Null: { 'events:source': 'false' },
  }),
  queue: allow('sqs:SendMessage', 'arn:aws:sqs:eu-west-1:111122223333:work'),
  inRegion: allow('ssm:ListCommands', '*', { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }),
};
type Right = keyof typeof RIGHTS;

const CONTENT = JSON.stringify({
  schemaVersion: '2.2',
  mainSteps: [{ name: 'run', action: 'aws:runShellScript', inputs: { runCommand: [] } }],
});

let bench: Bench;
const clients = { accessKeyId: accessKeyOf('Role'), secretAccessKey: 'x' };
const client = (region = REGION) => ({ endpoint: bench.sandbox.endpoint, region, credentials: clients, maxAttempts: 1 });

/** A role of these rights, without some. */
const open = async (...without: readonly Right[]): Promise<void> => {
  const rights = Object.entries(RIGHTS).filter(([name]) => !without.some((one) => one === name));
  bench = await openBench({
    resources: { Role: role(...rights.map(([, right]) => right)), Work: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work' } } },
    fleet: [instance(1, { tags: { Backup: 'nightly' } }), instance(2, { tags: { Backup: 'never' } })],
    documents: [
      { name: 'ours', content: CONTENT, tags: { DLMScriptsAccess: 'true' } },
      { name: 'untagged', content: CONTENT },
    ],
  });
};
afterEach(() => bench.end());

const create = (overrides: Partial<CreateSnapshotsCommandInput> = {}, region = REGION) =>
  new EC2Client(client(region)).send(
    new CreateSnapshotsCommand({
      InstanceSpecification: { InstanceId: instanceId(1) },
      TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'owner', Value: 'us' }] }],
      ...overrides,
    }),
  );

const unauthorized = (text: string) => ({
  name: 'UnauthorizedOperation',
  message: expect.stringContaining(`Role is not authorized to perform ${text}`),
  $metadata: expect.objectContaining({ httpStatusCode: 403 }),
});
const denied = (text: string) => ({
  name: expect.stringMatching(/^AccessDenied/),
  message: expect.stringContaining(`Role is not authorized to perform ${text}`),
});

describe('CreateSnapshots', () => {
  it('is allowed with a right for each of its kinds of resource, and is recorded once for each', async () => {
    await open();
    await create();
    const used = bench.lines('rights').map(({ caller, action, resource, statement }) => [caller, action, resource, statement]);
    const volumes = [16, 17, 18].map((number) => [
      'Role',
      'ec2:CreateSnapshots',
      VOLUME.replace('*', volumeId(number)),
      expect.stringContaining('statement 2'),
    ]);
    expect(used).toHaveLength(6);
    expect(used).toEqual(
      expect.arrayContaining([
        ['Role', 'ec2:CreateSnapshots', INSTANCE.replace('*', instanceId(1)), 'Role, policy permissions, statement 1'],
        ...volumes,
        ['Role', 'ec2:CreateSnapshots', SNAPSHOT, 'Role, policy permissions, statement 3'],
        ['Role', 'ec2:CreateTags', SNAPSHOT, 'Role, policy permissions, statement 4'],
      ]),
    );
  });

  it.each<[Right, string]>([
    ['instance', `ec2:CreateSnapshots on ${INSTANCE.replace('*', instanceId(1))}: no statement allows it`],
    ['volume', `ec2:CreateSnapshots on ${VOLUME.replace('*', volumeId(16))}: no statement allows it`],
    ['snapshot', `ec2:CreateSnapshots on ${SNAPSHOT}: no statement allows it`],
    ['tagsAtCreation', `ec2:CreateTags on ${SNAPSHOT}: condition not met: Null aws:ResourceTag/owner false (found none)`],
  ])('is refused without its right for %s', async (right, text) => {
    await open(right);
    await expect(create()).rejects.toMatchObject(unauthorized(text));
    expect(bench.machines.copied).toEqual([]);
  });

  it.each<[string, Partial<CreateSnapshotsCommandInput>, string]>([
    [
      'of an instance without the tag',
      { InstanceSpecification: { InstanceId: instanceId(2) } },
      'StringEquals aws:ResourceTag/Backup nightly (found never)',
    ],
    [
      'of an instance that is not there',
      { InstanceSpecification: { InstanceId: instanceId(9) } },
      'StringEquals aws:ResourceTag/Backup nightly (found none)',
    ],
    ['without the tag that it must give', { TagSpecifications: [] }, 'Null aws:RequestTag/owner false (found none)'],
  ])('%s is refused by the condition', async (_what, input, text) => {
    await open();
    await expect(create(input)).rejects.toMatchObject(unauthorized('ec2:CreateSnapshots'));
    await expect(create(input)).rejects.toMatchObject({ message: expect.stringContaining(text) });
  });

  it('in another region, which the credential scope tells, is refused', async () => {
    await open();
    await expect(create({}, 'us-east-1')).rejects.toMatchObject(unauthorized('ec2:CreateSnapshots on arn:aws:ec2:us-east-1:'));
  });

  it('as a dry run says whether it is allowed, and does nothing', async () => {
    await open();
    await expect(create({ DryRun: true })).rejects.toMatchObject({ name: 'DryRunOperation' });
    await expect(create({ DryRun: true, TagSpecifications: [] })).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
    expect(bench.machines.copied).toEqual([]);
  });
});

describe('tagging and deleting snapshots', () => {
  const tag = (id: string, Key: string, more = {}) =>
    new EC2Client(client()).send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key, Value: 'x' }], ...more }));

  it('later is a right of its own: on the role’s own snapshots, with the keys that it may write', async () => {
    await open();
    const { Snapshots = [] } = await create();
    const id = Snapshots[0]?.SnapshotId ?? '';
    await expect(tag(id, 'state')).resolves.toBeDefined();
    await expect(tag(id, 'result-a', { DryRun: true })).rejects.toMatchObject({ name: 'DryRunOperation' });
    await expect(tag(id, 'owner')).rejects.toMatchObject(unauthorized(`ec2:CreateTags on ${SNAPSHOT.replace('*', id)}`));
    await expect(tag(instanceId(1), 'state')).rejects.toMatchObject(
      unauthorized('ec2:CreateTags on arn:aws:ec2:eu-west-1:111122223333:instance/'),
    );
    const foreign = await bench.ec2.send(new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: instanceId(2) } }));
    await expect(tag(foreign.Snapshots?.[0]?.SnapshotId ?? '', 'state')).rejects.toMatchObject(unauthorized('ec2:CreateTags'));
    await expect(new EC2Client(client()).send(new DeleteSnapshotCommand({ SnapshotId: id }))).rejects.toMatchObject(
      unauthorized('ec2:DeleteSnapshot'),
    );
  });

  it('and what takes no resource needs the right on everything', async () => {
    await open();
    await expect(new EC2Client(client()).send(new DescribeVolumesCommand({}))).rejects.toMatchObject(
      unauthorized('ec2:DescribeVolumes on *'),
    );
  });
});

describe('SendCommand', () => {
  const send = (DocumentName = 'ours', ...numbers: readonly number[]) =>
    new SSMClient(client()).send(
      new SendCommandCommand({ DocumentName, InstanceIds: (numbers.length === 0 ? [1] : numbers).map(instanceId) }),
    );

  it('is allowed with both rights', async () => {
    await open();
    await expect(send()).resolves.toBeDefined();
  });

  it.each<[Right, string]>([
    ['document', `ssm:SendCommand on ${DOCUMENT}`],
    ['target', `ssm:SendCommand on ${INSTANCE.replace('*', instanceId(1))}`],
  ])('is refused without its right for the %s', async (right, text) => {
    await open(right);
    await expect(send()).rejects.toMatchObject(denied(text));
  });

  it('is refused for one target of several, and for a document that the right does not name', async () => {
    await open();
    await expect(send('ours', 1, 2)).rejects.toMatchObject(denied(`ssm:SendCommand on ${INSTANCE.replace('*', instanceId(2))}`));
    await expect(send('untagged')).rejects.toMatchObject(denied('ssm:SendCommand on arn:aws:ssm:eu-west-1:111122223333:document/untagged'));
    await expect(send('AWS-RunShellScript')).rejects.toMatchObject(
      denied('ssm:SendCommand on arn:aws:ssm:eu-west-1::document/AWS-RunShellScript'),
    );
  });

  it('goes by a tag as it is now', async () => {
    await open();
    await bench.ec2.send(new CreateTagsCommand({ Resources: [instanceId(1)], Tags: [{ Key: 'Backup', Value: 'moved' }] }));
    await expect(send()).rejects.toMatchObject(denied('ssm:SendCommand'));
  });
});

it('a document’s reading, SSM’s lists, queues and events have their own rights', async () => {
  await open();
  const ssm = new SSMClient(client());
  await expect(ssm.send(new GetDocumentCommand({ Name: 'ours' }))).rejects.toMatchObject(denied(`ssm:GetDocument on ${DOCUMENT}`));
  await expect(ssm.send(new ListCommandsCommand({}))).resolves.toBeDefined();
  await expect(new SSMClient(client('us-east-1')).send(new ListCommandsCommand({}))).rejects.toMatchObject(denied('ssm:ListCommands on *'));
  const sqs = new SQSClient(client());
  const Entries = [{ Id: '1', MessageBody: 'x' }];
  await expect(sqs.send(new SendMessageBatchCommand({ QueueUrl: 'x/work', Entries }))).resolves.toBeDefined();
  await expect(sqs.send(new SendMessageCommand({ QueueUrl: 'x/other', MessageBody: 'x' }))).rejects.toMatchObject(
    denied('sqs:SendMessage on arn:aws:sqs:eu-west-1:111122223333:other'),
  );
});

it('events may be put under the sources that the right names only, all of a call', async () => {
  await open();
  const put = (...sources: readonly string[]) =>
    new EventBridgeClient(client()).send(
      new PutEventsCommand({ Entries: sources.map((Source) => ({ Source, DetailType: 'd', Detail: '{}' })) }),
    );
  await expect(put('stillpoint', 'stillpoint')).resolves.toBeDefined();
  await expect(put('stillpoint', 'other')).rejects.toMatchObject(denied(`events:PutEvents on ${BUS}: condition not met: ForAllValues`));
});

it('an access key that is nobody’s is refused, and the user may do everything', async () => {
  await open();
  const credentials = { accessKeyId: 'AKIAELSEWHERE', secretAccessKey: 'x' };
  await expect(new EC2Client({ ...client(), credentials }).send(new DescribeVolumesCommand({}))).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
  });
  await expect(bench.ec2.send(new DescribeVolumesCommand({}))).resolves.toBeDefined();
});

describe('what Lambda does with a function’s role', () => {
  const resources = (...statements: readonly object[]) => ({
    ...functionResources('Worker', 'worker'),
    WorkerRole: role(...statements),
    Work: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work' } },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: { 'Fn::GetAtt': ['Work', 'Arn'] }, FunctionName: { Ref: 'Worker' } },
    },
  });
  const openFunction = (...statements: readonly object[]) =>
    openBench({ resources: resources(...statements), code: { worker: handlerCode("console.log('said');") }, realTime: true });
  const poll = (action: string) => allow(action, 'arn:aws:sqs:eu-west-1:111122223333:work');
  const POLLER = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

  it.each(POLLER)('an event source mapping is not made without %s', async (missing) => {
    await open(); // a bench to end
    const rights = POLLER.filter((action) => action !== missing).map(poll);
    await expect(openFunction(...rights)).rejects.toThrow(
      `WorkerRole is not authorized to perform ${missing} on arn:aws:sqs:eu-west-1:111122223333:work`,
    );
  });

  it.each([
    ['is written with the rights', [EVERYTHING], ['said']],
    ['is lost without them', POLLER.map(poll), []],
  ])('its log %s', async (_what, statements, written) => {
    bench = await openFunction(...statements);
    await bench.sqs.send(new SendMessageCommand({ QueueUrl: 'x/work', MessageBody: 'x' }));
    await bench.sandbox.idle();
    expect(bench.lines('functions').map(({ line }) => line)).toEqual(written);
  });
});

it('a queue’s Deny stands against everybody', async () => {
  bench = await openBench({
    resources: {
      Work: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work' } },
      Policy: queuePolicy('Work', { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sqs:SendMessage', Resource: '*' }),
    },
  });
  await expect(bench.sqs.send(new SendMessageCommand({ QueueUrl: 'x/work', MessageBody: 'x' }))).rejects.toThrow(
    'denied by Policy, statement 1',
  );
});

it.each([
  [
    'an unknown condition key',
    role({ ...EVERYTHING, Condition: { StringEquals: { 'aws:SourceVpc': 'x' } } }),
    /Role, policy permissions, statement 1: .*aws:SourceVpc/,
  ],
  [
    'a managed policy of AWS',
    { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] } },
    /ReadOnlyAccess/,
  ],
  [
    'a permissions boundary',
    { Type: 'AWS::IAM::Role', Properties: { PermissionsBoundary: 'arn:aws:iam::1:policy/x' } },
    /permissions boundaries/,
  ],
])('a template with %s is refused at the start', async (_what, Role, message) => {
  await open();
  await expect(openBench({ resources: { Role } })).rejects.toThrow(message);
});
