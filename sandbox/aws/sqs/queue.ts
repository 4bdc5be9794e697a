import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error';
import type { Clock, Timer } from '../clock';
import { contentHash, createDeduplication } from './deduplication';
import type { Message } from './message';
import type { QueueSettings } from './queue-settings';
import { selectVisible } from './selection';

export interface SendRequest {
  readonly body: string;
  readonly senderId: string;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  readonly delaySeconds?: number | undefined;
  readonly messageAttributes?: Readonly<Record<string, unknown>> | undefined;
}

export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** Where a message goes that was received too often. */
export type DeadLetters = (arn: string) => Queue | undefined;

/** The longest time a message may stay invisible, from its receive. */
const LONGEST_VISIBILITY_SECONDS = 43_200;

/** An SQS queue: FIFO or standard. */
export class Queue {
  private readonly messages = new Map<string, Message>();
  private readonly deduplication;
  private readonly listeners = new Set<() => void>();
  private wake: Timer | undefined;
  private sequence = 0n;

  constructor(
    readonly settings: QueueSettings,
    private readonly clock: Clock,
    private readonly deadLetters: DeadLetters,
  ) {
    this.deduplication = createDeduplication(clock);
  }

  /** Add a message, or answer with the one that its deduplication id already stands for. */
  send(request: SendRequest): Message {
    const { fifo } = this.settings;
    if (fifo) return this.sendFifo(request);
    if (request.groupId !== undefined || request.deduplicationId !== undefined) {
      throw new AwsError('InvalidParameterValue', 'The request include parameter that is not valid for this queue type');
    }
    return this.add(request, request.delaySeconds ?? this.settings.delaySeconds, undefined);
  }

  private sendFifo(request: SendRequest): Message {
    if (request.groupId === undefined) throw new AwsError('MissingParameter', 'The request must contain the parameter MessageGroupId.');
    if (request.delaySeconds !== undefined && request.delaySeconds !== 0) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value ${request.delaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
      );
    }
    const id = request.deduplicationId ?? (this.settings.contentBasedDeduplication ? contentHash(request.body) : undefined);
    if (id === undefined) {
      throw new AwsError(
        'InvalidParameterValue',
        'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
      );
    }
    const key = this.settings.deduplicationScope === 'messageGroup' ? `${request.groupId}\0${id}` : id;
    const earlier = this.deduplication.find(key);
    if (earlier !== undefined) return earlier;
    const message = this.add(request, this.settings.delaySeconds, id);
    this.deduplication.remember(key, message);
    return message;
  }

  private add(request: SendRequest, delaySeconds: number, deduplicationId: string | undefined): Message {
    const message: Message = {
      messageId: randomUUID(),
      body: request.body,
      groupId: request.groupId,
      deduplicationId,
      sequenceNumber: this.settings.fifo ? this.nextSequence() : undefined,
      senderId: request.senderId,
      sentAt: this.clock.now(),
      messageAttributes: request.messageAttributes ?? {},
      deadLetterSource: undefined,
      visibleAt: this.clock.monotonic() + delaySeconds * 1000,
      receiveCount: 0,
      firstReceived: undefined,
      receiptHandle: undefined,
    };
    this.messages.set(message.messageId, message);
    this.changed();
    return message;
  }

  private nextSequence(): string {
    this.sequence += 256n;
    return String(18_800_000_000_000_000_000n + this.sequence).padStart(20, '0');
  }

  /** Hand out up to `limit` messages; each is invisible for `seconds`, the queue's own time unless told. */
  receive(limit: number, seconds = this.settings.visibilityTimeout): readonly Message[] {
    const received: Message[] = [];
    while (received.length < limit) {
      const [next] = selectVisible(this.receivable(received), this.settings.fifo, this.clock.monotonic());
      if (next === undefined) break;
      if (this.bury(next)) continue;
      received.push(next);
    }
    for (const message of received) this.take(message, seconds);
    if (received.length > 0) this.changed();
    return received;
  }

  /** Those already picked do not block their group within one receive. */
  private receivable(picked: readonly Message[]): readonly Message[] {
    return [...this.messages.values()].filter((message) => !picked.includes(message));
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
    this.messages.delete(message.messageId);
    target.adopt({
      ...message,
      deadLetterSource: arn,
      visibleAt: this.clock.monotonic(),
      receiveCount: 0,
      firstReceived: undefined,
      receiptHandle: undefined,
    });
    return true;
  }

  private adopt(message: Message): void {
    this.messages.set(message.messageId, message);
    this.changed();
  }

  /** Delete what a receive handed out. A handle of an earlier receive deletes nothing in a FIFO queue. */
  delete(receiptHandle: string): void {
    const message = this.byHandle(receiptHandle);
    if (message === undefined) return;
    if (this.settings.fifo && message.visibleAt <= this.clock.monotonic()) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
      );
    }
    this.messages.delete(message.messageId);
    this.changed();
  }

  /** Count from now. 0 gives the message back at once. The next receive takes the queue's own time again. */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const message = this.byHandle(receiptHandle);
    if (message === undefined) throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
    if (message.visibleAt <= this.clock.monotonic()) {
      throw new AwsError(
        'MessageNotInflight',
        `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    }
    if (seconds > LONGEST_VISIBILITY_SECONDS) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds].`,
      );
    }
    message.visibleAt = this.clock.monotonic() + seconds * 1000;
    this.changed();
  }

  private byHandle(receiptHandle: string): Message | undefined {
    return [...this.messages.values()].find((message) => message.receiptHandle === receiptHandle);
  }

  counts(): QueueCounts {
    const now = this.clock.monotonic();
    const all = [...this.messages.values()];
    const hidden = all.filter(({ visibleAt }) => visibleAt > now);
    const inFlight = hidden.filter(({ receiptHandle }) => receiptHandle !== undefined).length;
    return { visible: all.length - hidden.length, inFlight, delayed: hidden.length - inFlight };
  }

  purge(): void {
    this.messages.clear();
    this.changed();
  }

  /** Told whenever a message may have become available. Returns how to stop listening. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private changed(): void {
    this.armWake();
    for (const listener of [...this.listeners]) listener();
  }

  /** Wake the listeners when the next hidden message becomes visible. */
  private armWake(): void {
    this.wake?.cancel();
    const now = this.clock.monotonic();
    const next = Math.min(...[...this.messages.values()].map(({ visibleAt }) => visibleAt).filter((at) => at > now));
    this.wake = Number.isFinite(next) ? this.clock.after(next - now + 1, () => this.changed()) : undefined;
  }

  /** End the timer. */
  close(): void {
    this.wake?.cancel();
    this.listeners.clear();
  }
}
