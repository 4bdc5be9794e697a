import type { Clock, Lease, Ports } from './ports';

/** Seconds that a message stays invisible after a heartbeat: a worker that dies is followed by another one this much later. */
export const LEASE_SECONDS = 90;
const BEAT_MS = 30_000;
/** A quiet lease is extended all the same when it has less than this left. */
const LEAST_LEFT_MS = 40_000;

/** The worker's hold on its message: heartbeats while it works, none while it is quiet unless the lease would end. */
export class MessageLease implements Lease {
  private expiresAt = 0;
  private isQuiet = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly extend: (seconds: number) => Promise<void>,
    private readonly clock: Pick<Clock, 'now'>,
    private readonly log: Ports['log'],
  ) {}

  async beat(): Promise<void> {
    const asked = this.clock.now().getTime();
    await this.extend(LEASE_SECONDS);
    this.expiresAt = asked + LEASE_SECONDS * 1_000;
  }

  held(): boolean {
    return this.clock.now().getTime() < this.expiresAt;
  }

  quiet(on: boolean): void {
    this.isQuiet = on;
  }

  start(): void {
    this.timer = setInterval(() => void this.tick(), BEAT_MS / 3);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** A failed heartbeat is no end yet: the lease counts until it expires. */
  private async tick(): Promise<void> {
    const left = this.expiresAt - this.clock.now().getTime();
    if (left > (this.isQuiet ? LEAST_LEFT_MS : LEASE_SECONDS * 1_000 - BEAT_MS)) return;
    await this.beat().catch((error: unknown) => this.log('warn', 'heartbeat failed', { error }));
  }
}
