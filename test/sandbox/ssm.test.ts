import {
  CancelCommandCommand,
  DescribeDocumentCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  GetDocumentCommand,
  ListCommandInvocationsCommand,
  type ListCommandInvocationsCommandInput,
  ListCommandsCommand,
  SendCommandCommand,
  type SendCommandCommandInput,
} from '@aws-sdk/client-ssm';
import { type Bench, openBench } from './support/bench';
import { update } from './support/fake-machines';
import { instance, instanceId } from './support/fleet';

const ONE_STEP = `schemaVersion: '2.2'
description: A document of one step
parameters:
  command:
    type: String
    default: dry-run
    allowedValues: [pre-script, post-script, dry-run]
  executionId:
    type: String
    default: None
    allowedPattern: ^(None|[a-f0-9-]{36})$
  required:
    type: String
mainSteps:
  - action: aws:runShellScript
    name: run
    precondition:
      StringEquals: [platformType, Linux]
    inputs:
      runCommand: ['echo {{ command }}']
`;
const TWO_STEPS = JSON.stringify({
  schemaVersion: '2.2',
  mainSteps: ['first', 'second'].map((name) => ({ name, action: 'aws:runShellScript', inputs: { runCommand: ['true'] } })),
});

let bench: Bench;
beforeEach(async () => {
  bench = await openBench({
    fleet: [
      instance(1, { tags: { a: 'b' } }),
      instance(2, { agent: 'offline' }),
      instance(3, { agent: 'unmanaged' }),
      instance(4, { state: 'stopped' }),
    ],
    documents: [
      { name: 'one', content: ONE_STEP, tags: { DLMScriptsAccess: 'true' } },
      { name: 'two', content: TWO_STEPS },
    ],
    resources: {
      Document: {
        Type: 'AWS::SSM::Document',
        Properties: { Name: 'ours', Content: JSON.parse(TWO_STEPS), Tags: [{ Key: 'DLMScriptsAccess', Value: 'true' }] },
      },
    },
  });
});
afterEach(() => bench.end());

const PARAMETERS = { required: ['x'] };
const send = async (input: Partial<SendCommandCommandInput> = {}): Promise<string> => {
  const given = { DocumentName: 'one', InstanceIds: [instanceId(1)], Parameters: PARAMETERS, ...input };
  const { Command } = await bench.ssm.send(new SendCommandCommand(given));
  return Command?.CommandId ?? '';
};
const get = (CommandId: string, PluginName?: string, number = 1) =>
  bench.ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId: instanceId(number), ...(PluginName && { PluginName }) }));
const list = async (input: ListCommandInvocationsCommandInput) =>
  (await bench.ssm.send(new ListCommandInvocationsCommand(input))).CommandInvocations ?? [];
const statusOf = async (CommandId: string) => {
  const [found] = await list({ CommandId });
  return [found?.Status, found?.StatusDetails];
};
const cancel = (CommandId: string) => bench.ssm.send(new CancelCommandCommand({ CommandId }));
const deliver = (): void => bench.clock.advance(50);

describe('SendCommand', () => {
  it('hands the document and the parameters to the agent', async () => {
    const commandId = await send({ Parameters: { ...PARAMETERS, command: ['pre-script'] } });
    expect(bench.machines.sent).toEqual([]);
    deliver();
    expect(bench.machines.sent).toMatchObject([
      {
        instanceId: instanceId(1),
        command: {
          commandId,
          document: { schemaVersion: '2.2', mainSteps: [{ name: 'run' }] },
          parameters: { required: ['x'], command: ['pre-script'] },
        },
      },
    ]);
  });

  it.each<[string, Partial<SendCommandCommandInput>, string]>([
    ['an unmanaged instance among managed ones', { InstanceIds: [instanceId(1), instanceId(3)] }, 'InvalidInstanceId'],
    ['an unknown document', { DocumentName: 'none' }, 'InvalidDocument'],
    ['an unknown version', { DocumentVersion: '2' }, 'InvalidDocumentVersion'],
    ['an undeclared parameter', { Parameters: { ...PARAMETERS, outcome: ['created'] } }, 'InvalidParameters'],
    ['a missing parameter without default', { Parameters: {} }, 'InvalidParameters'],
    ['a value that is not allowed', { Parameters: { ...PARAMETERS, command: ['destroy'] } }, 'InvalidParameters'],
    ['a value against the pattern', { Parameters: { ...PARAMETERS, executionId: ['x'] } }, 'InvalidParameters'],
    ['two values of a String', { Parameters: { required: ['x', 'y'] } }, 'InvalidParameters'],
    ['a delivery timeout under 30', { TimeoutSeconds: 29 }, 'ValidationException'],
    ['a comment over 100', { Comment: 'x'.repeat(101) }, 'ValidationException'],
    ['51 instances', { InstanceIds: Array.from({ length: 51 }, (_, index) => instanceId(index)) }, 'ValidationException'],
    ['no instance', { InstanceIds: [] }, 'ValidationException'],
    ['another hash', { DocumentHash: 'f'.repeat(64), DocumentHashType: 'Sha256' }, 'InvalidDocument'],
  ])('refuses %s', async (_what, input, name) => {
    await expect(send(input)).rejects.toMatchObject({ name });
    deliver();
    expect(bench.machines.sent).toEqual([]);
  });

  it('takes a document’s ARN and a version number', async () => {
    await expect(send({ DocumentName: 'arn:aws:ssm:eu-west-1:111122223333:document/one', DocumentVersion: '1' })).resolves.toBeTruthy();
  });
});

describe('GetCommandInvocation', () => {
  it('does not know the invocation right after SendCommand', async () => {
    const commandId = await send();
    await expect(get(commandId)).rejects.toMatchObject({ name: 'InvocationDoesNotExist' });
    bench.clock.advance(100);
    await expect(get(commandId)).resolves.toMatchObject({ Status: 'Pending', ResponseCode: -1, StandardOutputContent: '' });
  });

  it('tells the step’s end, its code and its output', async () => {
    const commandId = await send({ Comment: 'why' });
    bench.clock.advance(100);
    const [startedAt, endedAt] = [new Date('2026-11-21T02:30:00Z'), new Date('2026-11-21T02:30:01.500Z')];
    bench.machines.sent[0]?.update(update('Failed', { responseCode: 206, stdout: 'out', stderr: 'err', startedAt, endedAt }));
    expect(await get(commandId)).toMatchObject({
      ...{
        Status: 'Failed',
        StatusDetails: 'Failed',
        ResponseCode: 206,
        StandardOutputContent: 'out',
        StandardErrorContent: 'err',
        Comment: 'why',
      },
      ...{
        ExecutionStartDateTime: '2026-11-21T02:30:00.000Z',
        ExecutionEndDateTime: '2026-11-21T02:30:01.500Z',
        ExecutionElapsedTime: 'PT1.5S',
        PluginName: 'run',
      },
    });
  });

  it('tells the machine’s times in the sandbox’s time, which may have been moved', async () => {
    const commandId = await send();
    bench.clock.advance(100);
    bench.clock.moveTo(new Date('2026-11-22T02:30:00.100Z'));
    const [startedAt, endedAt] = [new Date('2026-11-21T02:30:00Z'), new Date('2026-11-21T02:30:01.500Z')];
    bench.machines.sent[0]?.update(update('Success', { responseCode: 0, startedAt, endedAt }));
    expect(await get(commandId)).toMatchObject({
      ExecutionStartDateTime: '2026-11-22T02:30:00.000Z',
      ExecutionEndDateTime: '2026-11-22T02:30:01.500Z',
      ExecutionElapsedTime: 'PT1.5S',
    });
  });

  it('must be told which step of several', async () => {
    const commandId = await send({ DocumentName: 'two', Parameters: {} });
    bench.clock.advance(100);
    await expect(get(commandId)).rejects.toMatchObject({ name: 'InvalidPluginName' });
    await expect(get(commandId, 'third')).rejects.toMatchObject({ name: 'InvalidPluginName' });
    await expect(get(commandId, 'second')).resolves.toMatchObject({ PluginName: 'second', Status: 'Pending' });
  });

  it('knows no command of another instance', async () => {
    const commandId = await send();
    bench.clock.advance(100);
    await expect(get(commandId, undefined, 2)).rejects.toMatchObject({ name: 'InvocationDoesNotExist' });
  });
});

describe('delivery', () => {
  it('waits for an offline agent until the delivery timeout', async () => {
    const commandId = await send({ InstanceIds: [instanceId(2)], TimeoutSeconds: 30 });
    bench.clock.advance(29_000);
    expect(await statusOf(commandId)).toEqual(['Pending', 'Pending']);
    bench.clock.advance(1_000);
    expect(await statusOf(commandId)).toEqual(['TimedOut', 'DeliveryTimedOut']);
    await bench.post(`instances/${instanceId(2)}/connect`);
    bench.clock.advance(10_000);
    expect(bench.machines.sent).toEqual([]);
  });

  it('reaches an agent that comes back in time', async () => {
    const commandId = await send({ InstanceIds: [instanceId(2)], TimeoutSeconds: 30 });
    await bench.post(`instances/${instanceId(2)}/connect`);
    bench.clock.advance(1_000);
    expect(bench.machines.sent.map(({ command }) => command.commandId)).toEqual([commandId]);
  });

  it('takes a command for a stopped instance and leaves it Pending', async () => {
    const commandId = await send({ InstanceIds: [instanceId(4)] });
    bench.clock.advance(5_000);
    expect(await statusOf(commandId)).toEqual(['Pending', 'Pending']);
  });

  it('may still start a command late that was cancelled', async () => {
    bench.sandbox.addFault({ kind: 'late-delivery', instanceId: instanceId(1), ms: 60_000 });
    const commandId = await send();
    bench.clock.advance(10_000);
    await cancel(commandId);
    expect(await statusOf(commandId)).toEqual(['Cancelled', 'Cancelled']);
    bench.clock.advance(50_000);
    expect(bench.machines.sent.map(({ command }) => command.commandId)).toEqual([commandId]);
  });
});

describe('CancelCommand', () => {
  it('reaches the agent of a running command, which is Cancelling until it ended', async () => {
    const commandId = await send();
    deliver();
    const [sent] = bench.machines.sent;
    sent?.update(update('InProgress'));
    await cancel(commandId);
    expect(sent?.cancelled).toBe(true);
    sent?.update(update('InProgress'));
    expect(await statusOf(commandId)).toEqual(['Cancelling', 'Cancelling']);
    sent?.update(update('Cancelled'));
    expect(await statusOf(commandId)).toEqual(['Cancelled', 'Cancelled']);
  });

  it('leaves an ended command as it is', async () => {
    const commandId = await send();
    deliver();
    bench.machines.sent[0]?.update({ ...update('TimedOut'), statusDetails: 'Execution Timed Out' });
    await cancel(commandId);
    expect(await statusOf(commandId)).toEqual(['TimedOut', 'ExecutionTimedOut']);
  });

  it('knows no other command', async () => {
    await expect(cancel('00000000-0000-0000-0000-000000000000')).rejects.toMatchObject({ name: 'InvalidCommandId' });
  });
});

describe('the command history', () => {
  it('is filtered by time, status, document and instance, newest first', async () => {
    const first = await send({ Comment: 'first' });
    bench.clock.advance(60_000);
    const second = await send({ Comment: 'second', DocumentName: 'two', Parameters: {} });
    deliver();
    bench.machines.sent[1]?.update(update('Success'));
    const found = async (input: ListCommandInvocationsCommandInput) => (await list(input)).map(({ CommandId }) => CommandId);
    expect(await found({ InstanceId: instanceId(1) })).toEqual([second, first]);
    expect(await found({ InstanceId: instanceId(2) })).toEqual([]);
    expect(await found({ Filters: [{ key: 'InvokedAfter', value: '2026-11-21T02:30:30Z' }] })).toEqual([second]);
    expect(await found({ Filters: [{ key: 'InvokedBefore', value: '2026-11-21T02:30:30Z' }] })).toEqual([first]);
    expect(await found({ Filters: [{ key: 'Status', value: 'Success' }] })).toEqual([second]);
    expect(await found({ Filters: [{ key: 'DocumentName', value: 'one' }] })).toEqual([first]);
  });

  it('tells steps only with Details', async () => {
    const CommandId = await send();
    deliver();
    bench.machines.sent[0]?.update(update('Success', { stdout: 'x'.repeat(3_000) }));
    expect((await list({ CommandId }))[0]?.CommandPlugins).toEqual([]);
    const [plugin] = (await list({ CommandId, Details: true }))[0]?.CommandPlugins ?? [];
    expect(plugin).toMatchObject({ Name: 'run', Status: 'Success', ResponseCode: 0 });
    expect(plugin?.Output).toHaveLength(2_500);
  });

  it('keeps each command’s parameters and comment, and gives pages', async () => {
    for (const name of ['a', 'b', 'c']) await send({ Comment: name });
    const first = await bench.ssm.send(new ListCommandsCommand({ MaxResults: 2 }));
    const second = await bench.ssm.send(new ListCommandsCommand({ MaxResults: 2, NextToken: first.NextToken }));
    expect(first.Commands?.map(({ Comment }) => Comment)).toEqual(['c', 'b']);
    expect(second.Commands).toMatchObject([{ Comment: 'a', Parameters: PARAMETERS, DocumentName: 'one', Status: 'Pending' }]);
    expect(second.NextToken).toBeUndefined();
  });
});

describe('DescribeInstanceInformation', () => {
  const managed = async (...filters: { Key: string; Values: string[] }[]) => {
    const { InstanceInformationList = [] } = await bench.ssm.send(new DescribeInstanceInformationCommand({ Filters: filters }));
    return InstanceInformationList.map(({ InstanceId, PingStatus }) => [InstanceId, PingStatus]);
  };

  it('lists registered instances with their state, and no others', async () => {
    expect(await managed()).toEqual([
      [instanceId(1), 'Online'],
      [instanceId(2), 'ConnectionLost'],
      [instanceId(4), 'ConnectionLost'],
    ]);
    expect(await managed({ Key: 'InstanceIds', Values: [instanceId(2), instanceId(3)] })).toEqual([[instanceId(2), 'ConnectionLost']]);
    expect(await managed({ Key: 'PingStatus', Values: ['Online'] })).toEqual([[instanceId(1), 'Online']]);
  });
});

describe('documents', () => {
  it('are given as text in the asked format', async () => {
    const yaml = await bench.ssm.send(new GetDocumentCommand({ Name: 'one', DocumentFormat: 'YAML' }));
    expect(yaml).toMatchObject({ Content: ONE_STEP, DocumentVersion: '1', DocumentType: 'Command', Status: 'Active' });
    const json = await bench.ssm.send(new GetDocumentCommand({ Name: 'one' }));
    expect(JSON.parse(json.Content ?? '')).toMatchObject({ schemaVersion: '2.2', parameters: { command: { default: 'dry-run' } } });
  });

  it('are described with version, hash, platforms, parameters and tags', async () => {
    const { Document } = await bench.ssm.send(new DescribeDocumentCommand({ Name: 'one' }));
    expect(Document).toMatchObject({
      ...{
        DocumentVersion: '1',
        HashType: 'Sha256',
        Hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        Status: 'Active',
        PlatformTypes: ['Linux'],
      },
      Tags: [{ Key: 'DLMScriptsAccess', Value: 'true' }],
    });
    expect(Document?.Parameters).toContainEqual({ Name: 'command', Type: 'String', Description: '', DefaultValue: 'dry-run' });
  });

  it('have numbered versions, of which a command runs the one it names', async () => {
    await bench.post('documents', { name: 'two', content: TWO_STEPS.replace('second', 'other') });
    await send({ DocumentName: 'two', DocumentVersion: '1', Parameters: {} });
    await send({ DocumentName: 'two', Parameters: {} });
    deliver();
    expect(bench.machines.sent.map(({ command }) => JSON.stringify(command.document).includes('other'))).toEqual([false, true]);
    expect((await bench.ssm.send(new DescribeDocumentCommand({ Name: 'two', DocumentVersion: '1' }))).Document).toMatchObject({
      DocumentVersion: '1',
      LatestVersion: '2',
    });
  });

  it('come from the template too', async () => {
    const { Document } = await bench.ssm.send(new DescribeDocumentCommand({ Name: 'ours' }));
    expect(Document).toMatchObject({ DocumentFormat: 'JSON', Tags: [{ Key: 'DLMScriptsAccess', Value: 'true' }] });
  });
});
