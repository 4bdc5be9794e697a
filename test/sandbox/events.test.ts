import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { queuePolicy, RULES_MAY_SEND } from './support/assembly';
import { type Bench, openBench } from './support/bench';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench({
    resources: {
      Alerts: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'alerts' } },
      AlertsPolicy: queuePolicy('Alerts', RULES_MAY_SEND),
      Ordered: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'ordered.fifo', FifoQueue: true, ContentBasedDeduplication: true } },
      OrderedPolicy: queuePolicy('Ordered', RULES_MAY_SEND),
      OrderedRule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: { source: ['stillpoint'], detail: { result: ['success'] } },
          Targets: [
            { Arn: { 'Fn::GetAtt': ['Ordered', 'Arn'] }, Id: 'T', InputPath: '$.detail', SqsParameters: { MessageGroupId: 'one' } },
          ],
        },
      },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: { source: ['stillpoint'], detail: { result: [{ 'anything-but': 'success' }] } },
          Targets: [
            {
              Arn: { 'Fn::GetAtt': ['Alerts', 'Arn'] },
              Id: 'T',
              InputTransformer: { InputPathsMap: { r: '$.detail.result' }, InputTemplate: '"result was <r>"' },
            },
          ],
        },
      },
    },
  });
});
afterEach(() => bench.end());

const GOOD = { Source: 'stillpoint', DetailType: 'Test', Detail: '{"result":"success"}', Resources: ['arn:aws:x'] };
const put = (...Entries: PutEventsRequestEntry[]) => bench.events.send(new PutEventsCommand({ Entries }));

describe('PutEvents', () => {
  it('writes each event in its full envelope and tells listeners', async () => {
    const told: string[] = [];
    bench.sandbox.onEvent((event) => told.push(event.id));
    const { Entries = [] } = await put(GOOD);
    expect(bench.lines('events')).toEqual([
      {
        ...{ version: '0', id: Entries[0]?.EventId, 'detail-type': 'Test', source: 'stillpoint', account: '111122223333' },
        ...{ time: '2026-11-21T02:30:00Z', region: 'eu-west-1', resources: ['arn:aws:x'], detail: { result: 'success' } },
      },
    ]);
    expect(told).toEqual([Entries[0]?.EventId]);
  });

  it('answers 200 with the entries that failed', async () => {
    const answer = await put(GOOD, { ...GOOD, Source: 'aws.dlm' }, { ...GOOD, Detail: 'text' }, { Source: 'stillpoint', Detail: '{}' });
    expect(answer.FailedEntryCount).toBe(3);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'NotAuthorizedForSourceException',
      'MalformedDetail',
      'InvalidArgument',
    ]);
    expect(bench.lines('events')).toHaveLength(1);
  });

  it('refuses more than ten entries, and more than 1 MiB together', async () => {
    await expect(put(...Array.from({ length: 11 }, () => GOOD))).rejects.toMatchObject({ name: 'ValidationException' });
    const large = { ...GOOD, Detail: JSON.stringify({ text: 'x'.repeat(600_000) }) };
    await expect(put(large, large)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('delivers to the targets of the rules that match', async () => {
    await put(GOOD, { ...GOOD, Detail: '{"result":"failed"}' });
    const { Messages = [] } = await bench.sqs.send(new ReceiveMessageCommand({ QueueUrl: 'x/alerts', MaxNumberOfMessages: 10 }));
    expect(Messages.map(({ Body }) => Body)).toEqual(['"result was failed"']);
  });

  it('delivers to a FIFO queue in the group of its target, and the same content once', async () => {
    await put(GOOD, GOOD, { ...GOOD, Detail: '{"result":"success","again":true}' });
    const request = { QueueUrl: 'x/ordered.fifo', MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All' as const] };
    const { Messages = [] } = await bench.sqs.send(new ReceiveMessageCommand(request));
    expect(Messages.map(({ Body, Attributes }) => [Body, Attributes?.MessageGroupId])).toEqual([
      ['{"result":"success"}', 'one'],
      ['{"result":"success","again":true}', 'one'],
    ]);
  });
});
