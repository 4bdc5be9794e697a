import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { type Bench, openBench } from './support/bench';

const RESOURCES = {
  Dead: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true, QueueName: 'dead.fifo' } },
  Work: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      FifoQueue: true,
      QueueName: 'work.fifo',
      VisibilityTimeout: 900,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 2 },
    },
  },
  Plain: { Type: 'AWS::SQS::Queue', Properties: {} },
};

let bench: Bench;
beforeEach(async () => {
  bench = await openBench({ resources: RESOURCES });
});
afterEach(() => bench.end());

const url = (name: string): string => `${bench.sandbox.endpoint}/111122223333/${name}`;
const work = (): string => url('work.fifo');

const send = (body: string, group = 'g', id = body) =>
  bench.sqs.send(new SendMessageCommand({ QueueUrl: work(), MessageBody: body, MessageGroupId: group, MessageDeduplicationId: id }));

const receive = async (queue = work(), limit = 1): Promise<readonly Message[]> =>
  (await bench.sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: limit, MessageSystemAttributeNames: ['All'] })))
    .Messages ?? [];

const bodies = async (queue = work(), limit = 1) => (await receive(queue, limit)).map(({ Body }) => Body);

const handleOf = (messages: readonly Message[]) => messages[0]?.ReceiptHandle;

describe('a FIFO queue', () => {
  it('gives nothing more of a group while one of it is in flight', async () => {
    await send('a1', 'a');
    await send('a2', 'a');
    await send('b1', 'b');
    expect(await bodies()).toEqual(['a1']);
    expect(await bodies()).toEqual(['b1']);
    expect(await bodies()).toEqual([]);
  });

  it('goes on with the group, in order, when the message was deleted', async () => {
    await send('a1', 'a');
    await send('a2', 'a');
    const ReceiptHandle = handleOf(await receive());
    await bench.sqs.send(new DeleteMessageCommand({ QueueUrl: work(), ReceiptHandle }));
    expect(await bodies()).toEqual(['a2']);
  });

  it('gives several of one group in one receive', async () => {
    await send('a1', 'a');
    await send('a2', 'a');
    expect(await bodies(work(), 10)).toEqual(['a1', 'a2']);
  });

  it('takes a deduplication id once in five minutes, also after the message is gone', async () => {
    const first = await send('once', 'a', 'id');
    await bench.sqs.send(new DeleteMessageCommand({ QueueUrl: work(), ReceiptHandle: handleOf(await receive()) }));
    bench.clock.advance(299_000);
    expect((await send('again', 'a', 'id')).MessageId).toBe(first.MessageId);
    expect(await bodies()).toEqual([]);
    bench.clock.advance(1_000);
    await send('later', 'a', 'id');
    expect(await bodies()).toEqual(['later']);
  });

  it('comes back to its own visibility on each receive', async () => {
    await send('m');
    await bench.sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: work(), ReceiptHandle: handleOf(await receive()), VisibilityTimeout: 90 }),
    );
    bench.clock.advance(89_000);
    expect(await bodies()).toEqual([]);
    bench.clock.advance(1_000);
    expect(await bodies()).toEqual(['m']);
    bench.clock.advance(899_000);
    expect(await bodies()).toEqual([]);
    expect(await bodies(url('dead.fifo'))).toEqual([]);
  });

  it('moves a message to the dead letters on the receive after the last', async () => {
    await send('m', 'g');
    for (const count of ['1', '2']) {
      const [message] = await receive();
      expect(message?.Attributes?.ApproximateReceiveCount).toBe(count);
      bench.clock.advance(900_000);
    }
    expect(await bodies(url('dead.fifo'))).toEqual([]);
    expect(await bodies()).toEqual([]);
    const [dead] = await receive(url('dead.fifo'));
    expect(dead).toMatchObject({
      Body: 'm',
      Attributes: { MessageGroupId: 'g', DeadLetterQueueSourceArn: 'arn:aws:sqs:eu-west-1:111122223333:work.fifo' },
    });
  });

  it('refuses to delete with a handle whose visibility has ended', async () => {
    await send('m');
    const ReceiptHandle = handleOf(await receive());
    bench.clock.advance(900_000);
    await expect(bench.sqs.send(new DeleteMessageCommand({ QueueUrl: work(), ReceiptHandle }))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    expect(await bodies()).toEqual(['m']);
  });

  it('refuses to change the visibility of a message that is not in flight', async () => {
    await send('m');
    const change = new ChangeMessageVisibilityCommand({ QueueUrl: work(), ReceiptHandle: handleOf(await receive()), VisibilityTimeout: 0 });
    await bench.sqs.send(change);
    await expect(bench.sqs.send(change)).rejects.toMatchObject({ name: 'MessageNotInflight' });
  });

  it('asks for a group and refuses a delay of one message', async () => {
    const plain = { QueueUrl: work(), MessageBody: 'm', MessageDeduplicationId: 'm' };
    await expect(bench.sqs.send(new SendMessageCommand(plain))).rejects.toMatchObject({ name: 'MissingParameter' });
    const delayed = new SendMessageCommand({ ...plain, MessageGroupId: 'g', DelaySeconds: 5 });
    await expect(bench.sqs.send(delayed)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});

describe('a batch', () => {
  it('fails in part: the bad entry is told, the good ones are sent', async () => {
    const entry = { MessageGroupId: 'g', MessageBody: 'm' };
    const answer = await bench.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: work(),
        Entries: [
          { ...entry, Id: 'good', MessageDeduplicationId: '1' },
          { ...entry, Id: 'bad' },
        ],
      }),
    );
    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(answer.Failed).toMatchObject([{ Id: 'bad', SenderFault: true, Code: 'InvalidParameterValue' }]);
    expect(await bodies(work(), 10)).toEqual(['m']);
  });

  it('is refused whole with no entry, more than ten, or an id twice', async () => {
    const batch = (ids: readonly string[]) =>
      bench.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: work(),
          Entries: ids.map((Id) => ({ Id, MessageBody: Id, MessageGroupId: 'g', MessageDeduplicationId: Id })),
        }),
      );
    await expect(batch([])).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
    await expect(batch([...'abcdefghijk'])).rejects.toMatchObject({ name: 'TooManyEntriesInBatchRequest' });
    await expect(batch(['a', 'a'])).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinct' });
  });
});

describe('a standard queue', () => {
  it('delays a message and refuses a group', async () => {
    const QueueUrl = url('Test-Plain');
    await bench.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'late', DelaySeconds: 10 }));
    expect(await bodies(QueueUrl)).toEqual([]);
    bench.clock.advance(10_000);
    expect(await bodies(QueueUrl)).toEqual(['late']);
    const grouped = new SendMessageCommand({ QueueUrl, MessageBody: 'm', MessageGroupId: 'g' });
    await expect(bench.sqs.send(grouped)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});

describe('the queues of the account', () => {
  it('are found by name, and an unknown one has its code in both protocols', async () => {
    expect((await bench.sqs.send(new GetQueueUrlCommand({ QueueName: 'work.fifo' }))).QueueUrl).toBe(work());
    expect((await bench.sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'dead' }))).QueueUrls).toEqual([url('dead.fifo')]);
    await expect(bench.sqs.send(new GetQueueUrlCommand({ QueueName: 'none' }))).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });

  it('count what is visible, in flight and delayed', async () => {
    await send('a1', 'a');
    await send('b1', 'b');
    await receive();
    const { Attributes } = await bench.sqs.send(new GetQueueAttributesCommand({ QueueUrl: work(), AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      FifoQueue: 'true',
      VisibilityTimeout: '900',
    });
  });
});
