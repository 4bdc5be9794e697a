import type { Clock, Timer } from '../clock';
import type { Message } from './message';

export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** The messages of a queue in their order, and who wants to know when one may have become visible. */
export class Mailbox {
  private readonly messages = new Map<string, Message>();
  private readonly listeners = new Set<() => void>();
  private wake: Timer | undefined;

  constructor(private readonly clock: Clock) {}

  get all(): readonly Message[] {
    return [...this.messages.values()];
  }

  put(message: Message): void {
    this.messages.set(message.messageId, message);
    this.changed();
  }

  remove(message: Message): void {
    this.messages.delete(message.messageId);
    this.changed();
  }

  byHandle(receiptHandle: string): Message | undefined {
    return this.all.find((message) => message.receiptHandle === receiptHandle);
  }

  counts(): QueueCounts {
    const now = this.clock.monotonic();
    const hidden = this.all.filter(({ visibleAt }) => visibleAt > now);
    const inFlight = hidden.filter(({ receiptHandle }) => receiptHandle !== undefined).length;
    return { visible: this.messages.size - hidden.length, inFlight, delayed: hidden.length - inFlight };
  }

  /** Told whenever a message may have become available. Returns how to stop listening. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A message's visibility changed, or one came or went. */
  changed(): void {
    this.armWake();
    for (const listener of [...this.listeners]) listener();
  }

  /** Wake the listeners when the next hidden message becomes visible. */
  private armWake(): void {
    this.wake?.cancel();
    const now = this.clock.monotonic();
    const next = Math.min(...this.all.map(({ visibleAt }) => visibleAt).filter((at) => at > now));
    this.wake = Number.isFinite(next) ? this.clock.after(next - now + 1, () => this.changed()) : undefined;
  }
}
