import { type Bench, openBench } from './support/bench';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench({ resources: { Work: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work.fifo', FifoQueue: true } } } });
});
afterEach(() => bench.end());

/** A request as AWS CLI 2.9 makes it: a form, sent to the queue's own URL. */
const ask = async (parameters: Record<string, string>) => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=sandbox/20261121/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0';
  const QueueUrl = `${bench.sandbox.endpoint}/111122223333/work.fifo`;
  const body = new URLSearchParams({ Version: '2012-11-05', QueueUrl, ...parameters });
  const response = await fetch(QueueUrl, { method: 'POST', headers: { authorization }, body });
  return { status: response.status, text: await response.text() };
};

describe('the older query protocol of SQS', () => {
  it('sends and receives, with flat lists and attributes', async () => {
    const sent = await ask({ Action: 'SendMessage', MessageBody: 'a < b', MessageGroupId: 'g', MessageDeduplicationId: '1' });
    expect(sent.text).toMatch(
      /^<SendMessageResponse xmlns="[^"]+"><SendMessageResult><MessageId>[-0-9a-f]+<\/MessageId><MD5OfMessageBody>/,
    );
    const { text } = await ask({ Action: 'ReceiveMessage', 'AttributeName.1': 'MessageGroupId' });
    expect(text).toContain(
      '<Body>a &lt; b</Body><Attribute><Name>MessageGroupId</Name><Value>g</Value></Attribute></Message></ReceiveMessageResult>',
    );
  });

  it('takes the entries of a batch', async () => {
    const prefix = 'SendMessageBatchRequestEntry';
    const entry = (index: number) => ({
      [`${prefix}.${index}.Id`]: `e${index}`,
      [`${prefix}.${index}.MessageBody`]: 'm',
      [`${prefix}.${index}.MessageGroupId`]: 'g',
    });
    const { text } = await ask({ Action: 'SendMessageBatch', ...entry(1), ...entry(2), [`${prefix}.1.MessageDeduplicationId`]: '1' });
    expect(text).toContain('<SendMessageBatchResultEntry><Id>e1</Id>');
    expect(text).toContain('<BatchResultErrorEntry><Id>e2</Id><SenderFault>true</SenderFault><Code>InvalidParameterValue</Code>');
  });

  it('has its own codes for errors', async () => {
    const { status, text } = await ask({ Action: 'GetQueueUrl', QueueName: 'none' });
    expect(status).toBe(400);
    expect(text).toContain('<Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>');
  });
});
