import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetDocumentCommand } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { functionResources, writeAssembly } from './support/assembly';
import { type Bench, openBench } from './support/bench';
import { handlerCode } from './support/handler-code';

type Resources = Parameters<typeof writeAssembly>[1];

/** Each invocation says when it begins and when it ends: at its body's word, or at once. */
const WORKER = (release: string) =>
  handlerCode(`
    const { body } = event.Records[0];
    console.log(JSON.stringify({ release: '${release}', begins: body }));
    if (body === 'slow') await new Promise((resolve) => setTimeout(resolve, 4_000));
    console.log(JSON.stringify({ release: '${release}', ends: body }));
  `);

/** Answers as its resource's properties say, and says what it was asked for. */
const KEEPER = handlerCode(`
  const { RequestType, LogicalResourceId, ResourceProperties, OldResourceProperties, PhysicalResourceId, StackId, RequestId } = event;
  console.log(JSON.stringify({ asked: RequestType + ' ' + LogicalResourceId, physical: PhysicalResourceId, old: OldResourceProperties?.Note }));
  if (ResourceProperties.Silent) return;
  const failed = RequestType === 'Delete' && ResourceProperties.Fails;
  const answer = { Status: failed ? 'FAILED' : 'SUCCESS', Reason: 'not yet', PhysicalResourceId: 'it', StackId, RequestId, LogicalResourceId };
  await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(answer) });
`);

const queue = (name: string) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName: `${name}.fifo`, FifoQueue: true, VisibilityTimeout: 30 },
});
const document = (text: string) => ({
  Type: 'AWS::SSM::Document',
  Properties: {
    Name: 'hook',
    Content: {
      schemaVersion: '2.2',
      description: text,
      mainSteps: [{ action: 'aws:runShellScript', name: 'run', inputs: { runCommand: [text] } }],
    },
  },
});
const mapping = (concurrency: number) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: {
    EventSourceArn: { 'Fn::GetAtt': ['Work', 'Arn'] },
    FunctionName: { Ref: 'Worker' },
    BatchSize: 1,
    ScalingConfig: { MaximumConcurrency: concurrency },
  },
});
const kept = (properties: object, ...DependsOn: readonly string[]) => ({
  Type: 'Custom::Kept',
  Properties: { ServiceToken: { 'Fn::GetAtt': ['Keeper', 'Arn'] }, ...properties },
  DependsOn: [...DependsOn],
});

const release = (worker: string, more: Resources = {}): Resources => ({
  ...functionResources('Worker', worker),
  ...functionResources('Keeper', 'keeper'),
  Work: queue('work'),
  Mapping: mapping(1),
  Hook: document(worker),
  ...more,
});
const code = { first: WORKER('first'), second: WORKER('second'), keeper: KEEPER };

let bench: Bench;
let number = 0;
afterEach(() => bench.end());

const open = async (resources: Resources): Promise<void> => {
  bench = await openBench({ resources, code, realTime: true });
};
const deploy = async (resources: Resources) => {
  const assembly = writeAssembly(join(bench.folder, `release-${++number}`), resources, code);
  return (await bench.post('deploy', { assembly })).body;
};
const destroy = async () => (await bench.post('destroy')).body;
const COMPLETE = { status: 'COMPLETE', reasons: [] };

const send = (body: string) =>
  bench.sqs.send(
    new SendMessageCommand({
      ...{ QueueUrl: `${bench.sandbox.endpoint}/1/work.fifo`, MessageBody: body, MessageGroupId: body, MessageDeduplicationId: body },
    }),
  );
const logged = (): readonly unknown[] => bench.lines('functions').flatMap(({ line }) => (typeof line === 'object' ? [line] : []));
const stateSchema = z.object({ queues: z.record(z.string(), z.unknown()) });
const queues = async () => stateSchema.parse(await (await fetch(`${bench.sandbox.endpoint}/_sandbox/state`)).json()).queues;
const begun = async (): Promise<void> => {
  while (logged().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe('a deployment over a running stack', () => {
  it('lets a running invocation end on its code, keeps messages, and runs the next one on the new code', async () => {
    await open(release('first'));
    await send('slow');
    await begun();
    await send('waiting');
    expect(await deploy(release('second'))).toEqual(COMPLETE);
    await bench.sandbox.idle();
    expect(logged()).toEqual([
      { release: 'first', begins: 'slow' },
      { release: 'first', ends: 'slow' },
      { release: 'second', begins: 'waiting' },
      { release: 'second', ends: 'waiting' },
    ]);
  });

  it('gives a mapping its new settings, and lets one that is gone end what it has', async () => {
    await open(release('first'));
    await send('slow');
    await begun();
    await send('beside');
    expect(await deploy(release('first', { Mapping: mapping(2) }))).toEqual(COMPLETE);
    while (!JSON.stringify(logged()).includes('beside')) await new Promise((resolve) => setTimeout(resolve, 10));
    const { Mapping: _gone, ...without } = release('first');
    expect(await deploy(without)).toEqual(COMPLETE);
    await send('never');
    await bench.sandbox.idle();
    expect(await queues()).toMatchObject({ 'work.fifo': { visible: 1, inFlight: 0 } });
  });

  it('makes a new version of a changed document and keeps the old one; an unchanged one stays, one that is gone is deleted', async () => {
    await open(release('first'));
    const read = async (DocumentVersion: string) =>
      (await bench.ssm.send(new GetDocumentCommand({ Name: 'hook', DocumentVersion, DocumentFormat: 'JSON' }))).Content;
    await deploy(release('first'));
    await expect(read('2')).rejects.toThrow('version 2 of hook does not exist');
    await deploy(release('second'));
    expect(await read('1')).toContain('first');
    expect(await read('2')).toContain('second');
    const { Hook: _gone, ...without } = release('second');
    await deploy(without);
    await expect(read('1')).rejects.toThrow('hook does not exist');
  });

  it('asks a custom resource’s function when it is made, changed and gone, and at no other time', async () => {
    await open(release('first', { Kept: kept({ Note: 'a' }) }));
    await deploy(release('second', { Kept: kept({ Note: 'a' }) }));
    await deploy(release('second', { Kept: kept({ Note: 'b' }) }));
    await deploy(release('second'));
    expect(logged()).toEqual([
      { asked: 'Create Kept' },
      { asked: 'Update Kept', physical: 'it', old: 'a' },
      { asked: 'Delete Kept', physical: 'it' },
    ]);
  });

  it('fails, with the reason, where a custom resource’s function does or gives no answer', async () => {
    await open(release('first'));
    expect(await deploy(release('first', { Kept: kept({ Silent: true }) }))).toEqual({
      status: 'FAILED',
      reasons: ['Kept: the function ended without an answer'],
    });
  });
});

describe('the deletion of the stack', () => {
  it('deletes at once what nothing depends on, and all else only after the custom resource that does', async () => {
    await open(release('first', { Kept: kept({ Fails: true }, 'Work') }));
    expect(await destroy()).toEqual({ status: 'FAILED', reasons: ['Kept: not yet'] });
    expect(await queues()).toEqual({ 'work.fifo': expect.anything() });
    await expect(bench.ssm.send(new GetDocumentCommand({ Name: 'hook' }))).rejects.toThrow('hook does not exist');
  });

  it('goes on where it failed, once what failed succeeds', async () => {
    await open(release('first', { Kept: kept({}, 'Work') }));
    expect(await destroy()).toEqual(COMPLETE);
    expect(await queues()).toEqual({});
  });
});
