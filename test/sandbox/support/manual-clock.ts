import type { MovableClock } from '../../../sandbox/aws/clock';

/** A clock that moves when told, and carries out what is due on the way, in order. */
export interface ManualClock extends MovableClock {
  advance(ms: number): void;
}

export const createManualClock = (start = '2026-11-21T02:30:00Z'): ManualClock => {
  let elapsed = 0;
  const began = Date.parse(start);
  let offset = began;
  const due = new Map<object, { readonly at: number; readonly action: () => void }>();
  const nextBefore = (end: number) => [...due].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
  return {
    get offsetMs() {
      return offset - began; // the machine's time, too, only moves when told
    },
    moveTo: (time) => {
      offset = time.getTime() - elapsed;
    },
    now: () => new Date(offset + elapsed),
    monotonic: () => elapsed,
    after: (ms, action) => {
      const key = {};
      due.set(key, { at: elapsed + Math.max(0, ms), action });
      return { cancel: () => void due.delete(key) };
    },
    advance: (ms) => {
      const end = elapsed + ms;
      for (let next = nextBefore(end); next !== undefined; next = nextBefore(end)) {
        due.delete(next[0]);
        elapsed = Math.max(elapsed, next[1].at);
        next[1].action();
      }
      elapsed = end;
    },
  };
};
