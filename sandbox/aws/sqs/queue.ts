import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error';
import type { Clock } from '../clock';
import { createDeduplication, type Deduplication, deduplicationIdOf } from './deduplication';
import { Mailbox, type QueueCounts } from './mailbox';
import type { Message } from './message';
import type { QueueSettings } from './queue-settings';
import { selectVisible } from './selection';
import { badParameter, checkSend, type SendRequest } from './send-request';

/** Where a message goes that was received too often. */
export type DeadLetters = (arn: string) => Queue | undefined;

/** The longest time a message may stay invisible, from its receive. */
const LONGEST_VISIBILITY_SECONDS = 43_200;

/** Sequence numbers are 20 digits and grow; the gaps are of no meaning. */
const FIRST_SEQUENCE = 18_800_000_000_000_000_000n;

/** An SQS queue: FIFO or standard. */
export class Queue {
  private readonly mailbox: Mailbox;
  private readonly deduplication: Deduplication;
  private sequence = FIRST_SEQUENCE;

  constructor(
    public settings: QueueSettings,
    private readonly clock: Clock,
    private readonly deadLetters: DeadLetters,
  ) {
    this.mailbox = new Mailbox(clock);
    this.deduplication = createDeduplication(clock);
  }

  /** Add a message, or answer with the one that its deduplication id already stands for. */
  send(request: SendRequest): Message {
    checkSend(this.settings, request);
    if (!this.settings.fifo) return this.add(request, request.delaySeconds ?? this.settings.delaySeconds, undefined);
    const id = deduplicationIdOf(this.settings, request.body, request.deduplicationId);
    const key = this.settings.deduplicationScope === 'messageGroup' ? `${request.groupId}\0${id}` : id;
    const earlier = this.deduplication.find(key);
    if (earlier !== undefined) return earlier;
    const message = this.add(request, this.settings.delaySeconds, id);
    this.deduplication.remember(key, message);
    return message;
  }

  private add(request: SendRequest, delaySeconds: number, deduplicationId: string | undefined): Message {
    this.sequence += 256n;
    const message: Message = {
      messageId: randomUUID(),
      body: request.body,
      groupId: request.groupId,
      deduplicationId,
      sequenceNumber: this.settings.fifo ? String(this.sequence) : undefined,
      senderId: request.senderId,
      sentAt: this.clock.now(),
      deadLetterSource: undefined,
      visibleAt: this.clock.monotonic() + delaySeconds * 1000,
      receiveCount: 0,
      firstReceived: undefined,
      receiptHandle: undefined,
    };
    this.mailbox.put(message);
    return message;
  }

  /** Hand out up to `limit` messages; each is invisible for `seconds`, the queue's own time unless told. */
  receive(limit: number, seconds = this.settings.visibilityTimeout): readonly Message[] {
    const received: Message[] = [];
    while (received.length < limit) {
      // Those already picked do not block their group within one receive.
      const left = this.mailbox.all.filter((message) => !received.includes(message));
      const [next] = selectVisible(left, this.settings.fifo, this.clock.monotonic());
      if (next === undefined) break;
      if (!this.bury(next)) received.push(next);
    }
    for (const message of received) this.take(message, seconds);
    if (received.length > 0) this.mailbox.changed();
    return received;
  }

  private take(message: Message, seconds: number): void {
    message.receiveCount += 1;
    message.firstReceived ??= this.clock.now();
    message.receiptHandle = randomUUID();
    message.visibleAt = this.clock.monotonic() + seconds * 1000;
  }

  /** Move a message that was received often enough to the dead letters. */
  private bury(message: Message): boolean {
    const { redrive, arn } = this.settings;
    if (redrive === undefined || message.receiveCount < redrive.maxReceiveCount) return false;
    const target = this.deadLetters(redrive.deadLetterTargetArn);
    if (target === undefined) return false;
    this.mailbox.remove(message);
    const fresh = { visibleAt: this.clock.monotonic(), receiveCount: 0, firstReceived: undefined, receiptHandle: undefined };
    target.mailbox.put({ ...message, ...fresh, deadLetterSource: arn });
    return true;
  }

  /** Delete what a receive handed out. A handle of an earlier receive deletes nothing. */
  delete(receiptHandle: string): void {
    const message = this.mailbox.byHandle(receiptHandle);
    if (message === undefined) return;
    const expired = message.visibleAt <= this.clock.monotonic();
    if (this.settings.fifo && expired) throw badParameter('ReceiptHandle', receiptHandle, 'The receipt handle has expired.');
    this.mailbox.remove(message);
  }

  /** Count from now. 0 gives the message back at once. The next receive takes the queue's own time again. */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const message = this.mailbox.byHandle(receiptHandle);
    if (message === undefined) throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
    if (message.visibleAt <= this.clock.monotonic()) {
      throw new AwsError(
        'MessageNotInflight',
        `Message does not exist or is not available for visibility timeout change: ${receiptHandle}`,
      );
    }
    if (seconds > LONGEST_VISIBILITY_SECONDS) throw badParameter('VisibilityTimeout', seconds, 'Beyond the limit of 43200 seconds.');
    message.visibleAt = this.clock.monotonic() + seconds * 1000;
    this.mailbox.changed();
  }

  counts(): QueueCounts {
    return this.mailbox.counts();
  }

  /** Told whenever a message may have become available. Returns how to stop listening. */
  onChange(listener: () => void): () => void {
    return this.mailbox.onChange(listener);
  }
}
