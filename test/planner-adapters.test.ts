import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DescribeInstances, findInstances } from '../lambda/aws/ec2-instances';
import { type DescribeSnapshots, findOwnSnapshots } from '../lambda/aws/ec2-own-snapshots';
import { loadPolicies } from '../lambda/aws/policies';
import { type SendMessageBatch, sendExecutions, UnsentMessagesError } from '../lambda/aws/sqs-queue';
import { agentStates, type DescribeInstanceInformation } from '../lambda/aws/ssm-inventory';
import type { ExecutionMessage } from '../lambda/core/execution-message';
import { policyJson } from './unit/policy-fixture';

/** Answers one call after the other and keeps what it was asked. An Error is thrown. */
const answering = <I, O>(...answers: (O | Error)[]) => {
  const asked: I[] = [];
  const call = async (input: I): Promise<O> => {
    asked.push(input);
    const answer = answers[asked.length - 1];
    if (answer === undefined) throw new Error(`call ${asked.length} was not expected`);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, call };
};

const throttled = Object.assign(new Error('Request limit exceeded.'), { name: 'RequestLimitExceeded', $metadata: { httpStatusCode: 503 } });
const denied = Object.assign(new Error('no'), { name: 'UnauthorizedOperation', $metadata: { httpStatusCode: 403 } });

describe('our snapshots of a policy', () => {
  type Input = Parameters<DescribeSnapshots>[0];
  type Output = Awaited<ReturnType<DescribeSnapshots>>;
  const StartTime = new Date('2026-11-21T03:00:10Z');
  const tags = (more: Readonly<Record<string, string>>) =>
    Object.entries({ 'stillpoint:instance-id': 'i-1', 'stillpoint:execution-id': 'nightly@2026-11-21T03:00Z/i-1', ...more }).map(
      ([key, value]) => ({ Key: key, Value: value }),
    );

  it('come from every page, through throttling, with what their tags say', async () => {
    const closed = { 'stillpoint:attempt': '2', 'stillpoint:consistency': 'application', 'stillpoint:reason': 'proven' };
    const { asked, call } = answering<Input, Output>(
      { Snapshots: [{ State: 'completed', StartTime, Tags: tags(closed) }], NextToken: 'more' },
      throttled,
      { Snapshots: [{ State: 'pending', StartTime, Tags: tags({ 'stillpoint:consistency': 'pending' }) }, { SnapshotId: 'snap-1' }] },
    );
    const common = { instanceId: 'i-1', executionId: 'nightly@2026-11-21T03:00Z/i-1', startedAt: StartTime };
    expect(await findOwnSnapshots('nightly', call)).toEqual([
      { ...common, attempt: '2', consistency: 'application', reason: 'proven', state: 'completed' },
      { ...common, attempt: '', consistency: 'pending', reason: '', state: 'pending' },
    ]);
    const Filters = [{ Name: 'tag:stillpoint:policy-id', Values: ['nightly'] }];
    expect(asked[0]).toEqual({ OwnerIds: ['self'], Filters, MaxResults: 1000 });
    expect(asked.map(({ NextToken }) => NextToken)).toEqual([undefined, 'more', 'more']);
  });
});

describe('instances by tag', () => {
  type Input = Parameters<DescribeInstances>[0];
  type Output = Awaited<ReturnType<DescribeInstances>>;
  const ec2Instance = (InstanceId: string) => ({
    InstanceId,
    State: { Name: 'running' as const },
    Tags: [{ Key: 'Backup', Value: 'nightly' }],
    LaunchTime: new Date('2026-11-01T08:00:00Z'),
  });

  it('come from every page and every reservation', async () => {
    const { asked, call } = answering<Input, Output>(
      { Reservations: [{ Instances: [ec2Instance('i-1'), ec2Instance('i-2')] }, { Instances: [ec2Instance('i-3')] }], NextToken: 'more' },
      { Reservations: [{ Instances: [ec2Instance('i-4')] }], NextToken: '' },
    );
    const found = await findInstances({ Key: 'Backup', Value: 'nightly' }, call);
    expect(found.map(({ id }) => id)).toEqual(['i-1', 'i-2', 'i-3', 'i-4']);
    expect(found[0]).toEqual({
      id: 'i-1',
      state: 'running',
      tags: new Map([['Backup', 'nightly']]),
      launchedAt: new Date('2026-11-01T08:00:00Z'),
    });
    expect(asked.map(({ NextToken }) => NextToken)).toEqual([undefined, 'more']);
  });

  it('are searched with the wildcards of the value escaped, in states that can be backed up', async () => {
    const { asked, call } = answering<Input, Output>({ Reservations: [] });
    await findInstances({ Key: 'Back*up', Value: 'a*b?c\\d' }, call);
    expect(asked).toEqual([
      {
        Filters: [
          { Name: 'tag:Back*up', Values: ['a\\*b\\?c\\\\d'] },
          { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
        ],
        MaxResults: 1000,
      },
    ]);
  });

  it('are asked for again when EC2 throttles', async () => {
    const { asked, call } = answering<Input, Output>(throttled, { Reservations: [{ Instances: [ec2Instance('i-1')] }] });
    expect(await findInstances({ Key: 'a', Value: 'b' }, call)).toHaveLength(1);
    expect(asked).toHaveLength(2);
  });

  it('fail when EC2 refuses', async () => {
    const { asked, call } = answering<Input, Output>(denied);
    await expect(findInstances({ Key: 'a', Value: 'b' }, call)).rejects.toThrow('no');
    expect(asked).toHaveLength(1);
  });
});

describe('agents', () => {
  type Input = Parameters<DescribeInstanceInformation>[0];
  type Output = Awaited<ReturnType<DescribeInstanceInformation>>;

  it('are online or offline, and absent when SSM does not list the instance', async () => {
    const { call } = answering<Input, Output>({
      InstanceInformationList: [
        { InstanceId: 'i-1', PingStatus: 'Online' },
        { InstanceId: 'i-2', PingStatus: 'ConnectionLost' },
      ],
    });
    expect(await agentStates(['i-1', 'i-2', 'i-3'], call)).toEqual(
      new Map([
        ['i-1', 'online'],
        ['i-2', 'offline'],
      ]),
    );
  });

  it('are asked for 50 at a time, each chunk to its last page', async () => {
    const ids = Array.from({ length: 101 }, (_, index) => `i-${index}`);
    const { asked, call } = answering<Input, Output>(
      { InstanceInformationList: [{ InstanceId: 'i-0', PingStatus: 'Online' }], NextToken: 'more' },
      { InstanceInformationList: [{ InstanceId: 'i-49', PingStatus: 'Online' }] },
      { InstanceInformationList: [] },
      { InstanceInformationList: [{ InstanceId: 'i-100', PingStatus: 'Inactive' }] },
    );
    expect([...(await agentStates(ids, call))]).toEqual([
      ['i-0', 'online'],
      ['i-49', 'online'],
      ['i-100', 'offline'],
    ]);
    expect(asked.map(({ Filters, NextToken }) => [Filters?.[0]?.Values?.length, NextToken])).toEqual([
      [50, undefined],
      [50, 'more'],
      [50, undefined],
      [1, undefined],
    ]);
  });

  it('are not asked for when there is no instance', async () => {
    const { asked, call } = answering<Input, Output>();
    expect(await agentStates([], call)).toEqual(new Map());
    expect(asked).toEqual([]);
  });
});

describe('executions are sent', () => {
  type Input = Parameters<SendMessageBatch>[0];
  type Output = Awaited<ReturnType<SendMessageBatch>>;
  const message = (instanceId: string): ExecutionMessage => ({
    version: 1,
    policyId: 'nightly',
    due: '2026-11-21T03:00:00.000Z',
    schedules: ['Nightly'],
    instanceId,
    instanceState: 'running',
    agent: 'online',
    messageGroupId: `group:${instanceId}`,
    attempt: 1,
    thawOnly: false,
  });
  const failed = (Id: string) => ({ Id, Code: 'InternalError', SenderFault: false });
  const instancesOf = ({ Entries = [] }: Input): string[] => Entries.map(({ MessageBody = '{}' }) => JSON.parse(MessageBody).instanceId);
  const messages = (count: number) => Array.from({ length: count }, (_, index) => message(`i-${index}`));
  const pauses = () => {
    const taken: number[] = [];
    return { taken, pause: async (ms: number) => taken.push(ms) };
  };

  it('each with its group and deduplication id', async () => {
    const { asked, call } = answering<Input, Output>({ Failed: undefined });
    await sendExecutions('https://queue', [message('i-1')], call, pauses().pause);
    expect(asked).toEqual([
      {
        QueueUrl: 'https://queue',
        Entries: [
          {
            Id: '0',
            MessageBody: JSON.stringify(message('i-1')),
            MessageGroupId: 'group:i-1',
            MessageDeduplicationId: 'nightly@2026-11-21T03:00Z/i-1#1',
          },
        ],
      },
    ]);
  });

  it('ten at a time', async () => {
    const { asked, call } = answering<Input, Output>({ Failed: [] }, { Failed: [] }, { Failed: [] });
    await sendExecutions('q', messages(21), call, pauses().pause);
    expect(asked.map((input) => instancesOf(input).length)).toEqual([10, 10, 1]);
  });

  it('fewer at a time where they are long', async () => {
    const { asked, call } = answering<Input, Output>({ Failed: [] }, { Failed: [] }, { Failed: [] });
    const tags = [{ Key: 'long', Value: 'é'.repeat(200_000) }];
    const set = { excludeBootVolume: false, excludeDataVolumeTags: [], copyTags: false, tags, ages: [] };
    const long = messages(5).map((one) => ({ ...one, set }));
    await sendExecutions('q', long, call, pauses().pause);
    expect(asked.map((input) => instancesOf(input).length)).toEqual([2, 2, 1]);
  });

  it('again when a batch fails in part, and only those that failed', async () => {
    const { asked, call } = answering<Input, Output>(
      { Failed: [failed('3')] },
      { Failed: [failed('0')] },
      { Failed: [failed('1')] },
      { Failed: [] },
    );
    const { taken, pause } = pauses();
    await sendExecutions('q', messages(12), call, pause);
    expect(asked.slice(2).map(instancesOf)).toEqual([['i-3', 'i-10'], ['i-10']]);
    expect(taken).toEqual([200, 600]);
  });

  it('the other batches too when a call fails', async () => {
    const { asked, call } = answering<Input, Output>(throttled, { Failed: [] }, { Failed: [] });
    await sendExecutions('q', messages(11), call, pauses().pause);
    expect(asked.map((input) => instancesOf(input).length)).toEqual([10, 1, 10]);
  });

  it('four times at most, then it is an error that names what is missing', async () => {
    const { asked, call } = answering<Input, Output>(...[1, 2, 3, 4].map(() => ({ Failed: [failed('0')] })));
    const sending = sendExecutions('q', [message('i-7')], call, pauses().pause);
    await expect(sending).rejects.toThrow(new UnsentMessagesError(['i-7'], 'InternalError'));
    expect(asked).toHaveLength(4);
  });

  it('not at all when there are none', async () => {
    const { asked, call } = answering<Input, Output>();
    await sendExecutions('q', [], call, pauses().pause);
    expect(asked).toEqual([]);
  });
});

describe('the policies of the bundle', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are read by id', () => {
    writeFileSync(join(folder, 'policies.json'), JSON.stringify({ nightly: policyJson(), weekly: policyJson({ State: 'DISABLED' }) }));
    const policies = loadPolicies(folder);
    expect([...policies.keys()]).toEqual(['nightly', 'weekly']);
    expect(policies.get('weekly')?.State).toBe('DISABLED');
  });

  it.each([
    [{ nightly: policyJson({ TargetTags: [] }) }, 'policy nightly of the bundle: TargetTags: found []'],
    [[], 'policies.json is not an object of policies'],
  ])('%j is an error', (content, message) => {
    writeFileSync(join(folder, 'policies.json'), JSON.stringify(content));
    expect(() => loadPolicies(folder)).toThrow(message);
  });
});
