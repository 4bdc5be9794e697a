/** A pending action. */
export interface Timer {
  cancel(): void;
}

/** What the sandbox knows of time. Durations run on the monotonic clock, so moving the sandbox's time never shortens one. */
export interface Clock {
  /** Sandbox time: real time plus the offset. */
  now(): Date;
  /** Sandbox time less the machine's. */
  readonly offsetMs: number;
  /** Milliseconds of a clock that only runs forward, at real pace. */
  monotonic(): number;
  after(ms: number, action: () => void): Timer;
}

export interface MovableClock extends Clock {
  /** From now on sandbox time continues from here. */
  moveTo(time: Date): void;
}

/** setTimeout fires at once beyond this (Node keeps the delay in a signed 32-bit integer). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Real timers, and the machine's time shifted by an offset. */
export const createClock = (): MovableClock => {
  let offsetMs = 0;
  return {
    get offsetMs() {
      return offsetMs;
    },
    moveTo: (time) => {
      offsetMs = time.getTime() - Date.now();
    },
    now: () => new Date(Date.now() + offsetMs),
    monotonic: () => performance.now(),
    after: (ms, action) => {
      if (ms > LONGEST_TIMER_MS) return { cancel: () => undefined };
      const timer = setTimeout(action, Math.max(0, ms));
      timer.unref();
      return { cancel: () => clearTimeout(timer) };
    },
  };
};

/** A clock whose timers all end together. */
export interface LimitedClock {
  readonly clock: MovableClock;
  /** Cancel what waits, and start nothing any more. */
  end(): void;
}

export const limitTimers = (clock: MovableClock): LimitedClock => {
  const timers = new Set<Timer>();
  let ended = false;
  const after = (ms: number, action: () => void): Timer => {
    if (ended) return { cancel: () => undefined };
    const timer = clock.after(ms, () => {
      timers.delete(timer);
      action();
    });
    timers.add(timer);
    return timer;
  };
  return {
    // Accessors are kept: the offset moves.
    clock: {
      get offsetMs() {
        return clock.offsetMs;
      },
      moveTo: clock.moveTo,
      now: clock.now,
      monotonic: clock.monotonic,
      after,
    },
    end: () => {
      ended = true;
      for (const timer of timers) timer.cancel();
      timers.clear();
    },
  };
};
