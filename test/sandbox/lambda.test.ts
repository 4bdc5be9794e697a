import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { functionResources } from './support/assembly';
import { type Bench, type BenchOptions, openBench } from './support/bench';
import { handlerCode } from './support/handler-code';

const queue = (name: string, properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName: `${name}.fifo`, FifoQueue: true, ...properties },
});

const resources = (properties: Record<string, unknown> = {}, mapping: Record<string, unknown> = {}) => ({
  ...functionResources('Worker', 'worker', { MemorySize: 256, Environment: { Variables: { GREETING: 'hello' } }, ...properties }),
  // Longer than an invocation may take on a busy machine: what comes back does so because a test wants it.
  Work: queue('work', { VisibilityTimeout: 60 }),
  Mapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': ['Work', 'Arn'] },
      FunctionName: { Ref: 'Worker' },
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 2 },
      ...mapping,
    },
  },
});

/** For what is to come back; longer than the second invocation may take, or there is a third. */
const comesBack = { Work: queue('work', { VisibilityTimeout: 5 }) };

let bench: Bench;
afterEach(() => bench.end());

const open = async (body: string, options: Partial<BenchOptions> = {}): Promise<void> => {
  bench = await openBench({ resources: resources(), code: { worker: handlerCode(body) }, realTime: true, ...options });
};

const send = (body: string, group = body) =>
  bench.sqs.send(
    new SendMessageCommand({
      QueueUrl: `${bench.sandbox.endpoint}/1/work.fifo`,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: body,
    }),
  );

const run = async (...bodies: readonly string[]): Promise<void> => {
  for (const body of bodies) await send(body, 'one-group');
  await bench.sandbox.idle();
};

/** What the handlers logged as JSON objects. */
const logged = (): readonly unknown[] => bench.lines('functions').flatMap(({ line }) => (typeof line === 'object' ? [line] : []));

describe('a function behind a queue', () => {
  it('gets the record as Lambda gives it, and the message is deleted when it succeeds', async () => {
    await open('console.log(JSON.stringify(event.Records));console.log(JSON.stringify(event.Records[0]));');
    await run('m1');
    expect(logged()).toMatchObject([
      {
        body: 'm1',
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:eu-west-1:111122223333:work.fifo',
        attributes: { MessageGroupId: 'one-group', MessageDeduplicationId: 'm1', ApproximateReceiveCount: '1' },
      },
    ]);
  });

  it('leaves the message of a failed invocation until its visibility ends', async () => {
    await open(
      "console.log(JSON.stringify({ count: event.Records[0].attributes.ApproximateReceiveCount })); if (count === 1) throw new Error('once');",
      { resources: { ...resources(), ...comesBack } },
    );
    await run('m1');
    expect(logged()).toEqual([{ count: '1' }, expect.objectContaining({ errorMessage: 'once' }), { count: '2' }]);
  });

  it('gets a failed message back before its visibility ends when the sandbox is told to expire it', async () => {
    const slow = { ...resources(), Work: queue('work', { VisibilityTimeout: 900 }) };
    await open("if (count === 1) throw new Error('once');", { resources: slow });
    await send('m1');
    const expire = async () => (await bench.post('expire', { instanceId: 'm1' })).body;
    while (JSON.stringify(await expire()) !== '{"expired":1}') await new Promise((resolve) => setTimeout(resolve, 20));
    await bench.sandbox.idle();
    expect(await expire()).toEqual({ expired: 0 });
  });

  it('returns only what it reports as failed, when the mapping says so', async () => {
    await open(
      'console.log(JSON.stringify({ count })); return { batchItemFailures: count === 1 ? [{ itemIdentifier: event.Records[0].messageId }] : [] };',
      {
        resources: { ...resources({}, { FunctionResponseTypes: ['ReportBatchItemFailures'] }), ...comesBack },
      },
    );
    await run('m1');
    expect(logged()).toEqual([{ count: 1 }, { count: 2 }]);
  });

  it('runs groups side by side up to the mapping’s concurrency, and a group one by one', async () => {
    // The first of two groups wait for each other: one after the other, neither would end.
    const meet = `
      const from = performance.timeOrigin + performance.now();
      const { existsSync, writeFileSync } = await import('node:fs');
      const { body, attributes } = event.Records[0];
      writeFileSync(body, '');
      const other = { a1: 'b1', b1: 'a1' }[body];
      while (other && !existsSync(other)) await new Promise((resolve) => setTimeout(resolve, 10));
      console.log(JSON.stringify({ group: attributes.MessageGroupId, from, to: performance.timeOrigin + performance.now() }));`;
    await open(meet, { resources: resources({ Timeout: 50 }) });
    for (const [body, group] of [
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
      ['c1', 'c'],
    ] as const)
      await send(body, group);
    await bench.sandbox.idle();
    const spans = logged()
      .map((line) => JSON.parse(JSON.stringify(line)))
      .sort((a, b) => a.from - b.from);
    const overlapping = (one: { from: number; to: number }) => spans.filter((other) => other.from < one.to && other.to > one.from);
    expect(spans).toHaveLength(4);
    for (const span of spans) {
      // One that waits may see several of another group come and go; at no moment are there more than two.
      expect(spans.filter(({ from, to }) => from <= span.from && span.from < to).length).toBeLessThanOrEqual(2);
      expect(overlapping(span).filter(({ group }) => group === span.group)).toEqual([span]);
    }
    expect(spans.some((span) => overlapping(span).length === 2)).toBe(true);
  });
});

describe('a function process', () => {
  it('is kept warm', async () => {
    await open('console.log(JSON.stringify({ count, pid: process.pid }));');
    await run('m1', 'm2');
    expect(logged()).toEqual([
      { count: 1, pid: expect.any(Number) },
      { count: 2, pid: expect.any(Number) },
    ]);
    expect(new Set(logged().map((line) => JSON.stringify(line).replace(/"count":\d/, ''))).size).toBe(1);
  });

  it('sees its template’s environment and nothing of the machine’s', async () => {
    process.env.AWS_PROFILE = 'leaked';
    process.env.LEAKED = 'leaked';
    try {
      await open('console.log(JSON.stringify({ env, cwd: process.cwd(), left: context.getRemainingTimeInMillis() }));');
      await run('m1');
    } finally {
      delete process.env.AWS_PROFILE;
      delete process.env.LEAKED;
    }
    expect(JSON.stringify(logged())).not.toContain('leaked');
    expect(logged()).toMatchObject([
      {
        env: {
          GREETING: 'hello',
          AWS_LAMBDA_FUNCTION_NAME: 'Test-Worker',
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
          HOME: '/nonexistent',
          AWS_REGION: 'eu-west-1',
        },
        cwd: expect.stringMatching(/asset\.worker$/),
        left: expect.any(Number),
      },
    ]);
  });

  it('is killed at its time limit, and the message comes back', async () => {
    const hang =
      "console.log(JSON.stringify({ count: event.Records[0].attributes.ApproximateReceiveCount })); if (event.Records[0].attributes.ApproximateReceiveCount === '1') await new Promise(() => setInterval(() => {}, 1000));";
    await open(hang, { resources: { ...resources({ Timeout: 3 }), ...comesBack } });
    await run('m1');
    expect(logged()).toEqual([{ count: '1' }, { count: '2' }]);
  });

  it('is killed after the call that a fault names was carried out', async () => {
    const put =
      "console.log(JSON.stringify({ pid: process.pid })); const answer = await call('events', 'AWSEvents.PutEvents', { Entries: [{ Source: 's', DetailType: 'd', Detail: '{}' }] }); console.log(JSON.stringify({ failed: answer.FailedEntryCount }));";
    await open(put, { resources: { ...resources(), ...comesBack }, faults: [{ kind: 'kill-function', action: 'PutEvents' }] });
    await run('m1');
    expect(logged()).toEqual([{ pid: expect.any(Number) }, { pid: expect.any(Number) }, { failed: 0 }]);
    expect(bench.lines('events')).toHaveLength(2);
    expect(bench.lines('requests').filter(({ role }) => role === 'WorkerRole')).toMatchObject([
      { action: 'PutEvents', status: 0, errorCode: 'AnswerLost' },
      { action: 'PutEvents', status: 200 },
    ]);
  });

  it('ends with the sandbox, also in the middle of an invocation', async () => {
    await open('console.log(JSON.stringify({ pid: process.pid })); await new Promise(() => setInterval(() => {}, 1000));');
    await send('m1');
    let pid: unknown;
    for (let wait = 0; wait < 200 && pid === undefined; wait += 1) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      pid = logged().map((line) => JSON.parse(JSON.stringify(line)).pid)[0];
    }
    await bench.sandbox.stop();
    expect(() => process.kill(Number(pid), 0)).toThrow(/ESRCH/);
    expect(bench.machines.closed).toBe(true);
  });
});
