import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { functionResources, queuePolicy, RULES_MAY_SEND } from './support/assembly';
import { type Bench, openBench } from './support/bench';
import { handlerCode } from './support/handler-code';

const rule = (name: string, schedule: string, expression: string, more: Record<string, unknown> = {}) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Name: `stillpoint-${name}`,
    ScheduleExpression: expression,
    Targets: [
      {
        Arn: { 'Fn::GetAtt': ['Planner', 'Arn'] },
        Id: 'Target0',
        ...more,
        InputTransformer: {
          InputPathsMap: { time: '$.time' },
          InputTemplate: `{"policyId":"nightly","schedule":"${schedule}","time":<time>}`,
        },
      },
    ],
  },
});

const permission = (properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: { 'Fn::GetAtt': ['Planner', 'Arn'] },
    Principal: 'events.amazonaws.com',
    SourceArn: { 'Fn::Sub': 'arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/stillpoint-*' },
    ...properties,
  },
});

const RESOURCES = {
  ...functionResources('Planner', 'planner', { Environment: { Variables: { QUEUE_URL: { Ref: 'Seen' } } } }),
  Seen: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'seen' } },
  Failed: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'failed' } },
  Allow: permission(),
  First: rule('first', 'First', 'cron(0 3 * * ? *)'),
  Second: rule('second', 'Second', 'cron(0 3,15 * * ? *)'),
  OnFailure: {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: {
      FunctionName: { Ref: 'Planner' },
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Failed', 'Arn'] } } },
    },
  },
};

const ECHO = handlerCode('await send(env.QUEUE_URL, JSON.stringify({ event, now: new Date().toISOString() }));');

let bench: Bench;
afterEach(() => bench.end());

const open = async (planner: string, resources: Parameters<typeof openBench>[0] = {}) => {
  bench = await openBench({ resources: RESOURCES, code: { planner }, realTime: true, timing: { asyncRetryMs: [1] }, ...resources });
};

const messages = async (name: string): Promise<readonly unknown[]> => {
  const QueueUrl = `${bench.sandbox.endpoint}/111122223333/${name}`;
  const { Messages = [] } = await bench.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  return Messages.map(({ Body = '' }): unknown => JSON.parse(Body));
};

describe('firing a schedule', () => {
  it('gives the function the transformed input with the time of the next due minute, and the function lives in that time', async () => {
    await open(ECHO);
    await bench.sandbox.fire('nightly', 'First');
    await bench.sandbox.idle();
    expect(await messages('seen')).toEqual([
      {
        event: { policyId: 'nightly', schedule: 'First', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT03:00:\d\dZ$/) },
        now: expect.stringMatching(/T03:00:\d\d\.\d{3}Z$/),
      },
    ]);
  });

  it('leaves the time where it is for a second schedule that is due in the same minute', async () => {
    await open(ECHO);
    await bench.sandbox.fire('nightly', 'First');
    await bench.sandbox.fire('nightly', 'Second');
    await bench.sandbox.idle();
    const seen = JSON.stringify(await messages('seen'));
    expect(new Set(seen.match(/\d{4}-\d\d-\d\dT\d\d:\d\d/g))).toHaveProperty('size', 1);
    expect(seen).toContain('Second');
  });

  it('is refused for a schedule that no rule of the template fires', async () => {
    await open(ECHO);
    await expect(bench.sandbox.fire('nightly', 'Third')).rejects.toThrow(/no rule of the template/);
  });

  it.each([
    ['does not name the rule', { SourceArn: 'arn:aws:events:eu-west-1:111122223333:rule/other-*' }],
    ['has a source account, which EventBridge does not send', { SourceAccount: '111122223333' }],
    ['is for another principal', { Principal: 's3.amazonaws.com' }],
  ])('is refused when the permission of the function %s', async (_why, properties) => {
    await open(ECHO, { resources: { ...RESOURCES, Allow: permission(properties) } });
    await expect(bench.sandbox.fire('nightly', 'First')).rejects.toThrow(
      /^events\.amazonaws\.com is not authorized to perform lambda:InvokeFunction on arn:.*:function:Test-Planner: /,
    );
  });

  it('that can’t be delivered goes to the dead letters, where the queue’s policy lets its rule', async () => {
    const deadLetters = { DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Failed', 'Arn'] } } };
    const First = rule('first', 'First', 'cron(0 3 * * ? *)', deadLetters);
    const { Allow: _allow, ...resources } = { ...RESOURCES, First };
    await open(ECHO, { resources: { ...resources, FailedPolicy: queuePolicy('Failed', RULES_MAY_SEND) } });
    await expect(bench.sandbox.fire('nightly', 'First')).rejects.toThrow(/lambda:InvokeFunction/);
    const { Messages = [] } = await bench.sqs.send(new ReceiveMessageCommand({ QueueUrl: 'x/failed' }));
    expect(JSON.parse(Messages[0]?.Body ?? '')).toMatchObject({ 'detail-type': 'Scheduled Event' });
    await bench.end();
    await open(ECHO, { resources });
    await expect(bench.sandbox.fire('nightly', 'First')).rejects.toThrow(/sqs:SendMessage on arn:.*:failed/);
  });
});

it('never moves the time back within the due minute', async () => {
  bench = await openBench({ resources: RESOURCES, code: { planner: ECHO } });
  bench.clock.moveTo(new Date('2026-11-21T03:00:30Z'));
  await bench.sandbox.fire('nightly', 'First');
  expect(bench.clock.now()).toEqual(new Date('2026-11-21T03:00:30Z'));
});

it('late, fires now and leaves the time alone', async () => {
  bench = await openBench({ resources: RESOURCES, code: { planner: ECHO } });
  const before = bench.clock.now();
  expect(await bench.post('fire', { policyId: 'nightly', schedule: 'First', late: true })).toMatchObject({ status: 200 });
  expect(bench.clock.now()).toEqual(before);
});

describe('a rule that is no policy’s', () => {
  const RULE = {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: 'stillpoint-sweep',
      ScheduleExpression: 'cron(30 * * * ? *)',
      Targets: [{ Arn: { 'Fn::GetAtt': ['Planner', 'Arn'] }, Id: 'Target0' }],
    },
  };

  it('fires by its name, at the time that it is given, and never moves the time back', async () => {
    await open(ECHO, { resources: { ...RESOURCES, Sweep: RULE } });
    // The hour's beginning: the functions take their time, and are to see this hour.
    const at = new Date((Math.floor(Date.now() / 3_600_000) + 5) * 3_600_000).toISOString();
    expect(await bench.post('rule', { name: 'stillpoint-sweep', at })).toMatchObject({ status: 200 });
    await bench.sandbox.idle();
    expect(await bench.post('rule', { name: 'stillpoint-sweep', at: '2026-01-01T00:00:00Z' })).toMatchObject({ status: 200 });
    await bench.sandbox.idle();
    const hour = expect.stringContaining(at.slice(0, 13));
    expect(await messages('seen')).toEqual(
      Array(2).fill({ event: expect.objectContaining({ 'detail-type': 'Scheduled Event', source: 'aws.events' }), now: hour }),
    );
  });

  it('is refused where there is none of that name', async () => {
    await open(ECHO);
    expect(await bench.post('rule', { name: 'stillpoint-sweep' })).toMatchObject({ status: 400 });
  });
});

describe('an asynchronous invocation that fails', () => {
  it('is tried again under the same request id, then its record goes to the destination', async () => {
    await open(handlerCode("console.log(JSON.stringify({ id: context.awsRequestId })); throw new RangeError('broken');"));
    await bench.sandbox.fire('nightly', 'First');
    await bench.sandbox.idle();
    const ids = bench
      .lines('functions')
      .flatMap(({ line }) => (typeof line === 'object' && line !== null && 'id' in line ? [line.id] : []));
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
    expect(await messages('failed')).toMatchObject([
      {
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        responsePayload: { errorType: 'RangeError', errorMessage: 'broken' },
      },
    ]);
  });
});
