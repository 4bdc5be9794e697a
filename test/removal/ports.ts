import type { OutgoingEvent } from '../../lambda/core/event/common';
import type { OwnSnapshot } from '../../lambda/core/removal/what-stays';
import type { RemovalPorts } from '../../lambda/removal/ports';
import { MemoryBrakes } from '../support/memory-brakes';

const START = Date.parse('2026-11-21T03:00:00.000Z');

/** The removal function's world, in virtual time: each sleep lets it pass, and `at` says what happens meanwhile. */
export class FakeWorld {
  readonly brakes = new MemoryBrakes();
  readonly events: OutgoingEvent[] = [];
  readonly logged: string[] = [];
  snapshots: readonly OwnSnapshot[] = [];
  messages = 0;
  elapsed = 0;
  /** What happens once so many milliseconds have passed. */
  readonly at: [ms: number, happens: () => unknown][] = [];

  get now(): Date {
    return new Date(START + this.elapsed);
  }

  /** An execution that is under way, for so long if nobody ends it. */
  async enter(executionId: string, rights = 'now', ms = 600_000): Promise<void> {
    await this.brakes.enter({ executionId, rights, expires: new Date(START + ms) });
  }

  ports(): RemovalPorts {
    return {
      place: { partition: 'aws', region: 'eu-west-1', accountId: '111122223333' },
      table: this.brakes,
      messages: async () => this.messages,
      snapshots: async () => this.snapshots,
      publish: async (events) => void this.events.push(...events),
      log: (level, message, fields) => void this.logged.push(`${level} ${message} ${JSON.stringify(fields)}`),
      clock: { now: () => this.now, sleep: (ms) => this.pass(ms) },
      remainingMs: () => 900_000 - this.elapsed,
      quietMs: 60_000,
    };
  }

  private async pass(ms: number): Promise<void> {
    this.elapsed += ms;
    const due = this.at.filter(([when]) => when <= this.elapsed);
    for (const [, happens] of due.splice(0)) await happens();
    this.at.splice(0, this.at.length, ...this.at.filter(([when]) => when > this.elapsed));
  }
}
