/** Signals that end a run, with the exit codes that shells give them. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type EndingSignal = keyof typeof EXIT_CODES;

const SIGNALS: readonly EndingSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Ended from outside: not a failure, but what was begun has to be cleaned up. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(readonly signal: EndingSignal) {
    super(`interrupted by ${signal}`);
    this.name = 'Interrupted';
    this.exitCode = EXIT_CODES[signal];
  }
}

export interface Interruption {
  readonly signal: AbortSignal;
  /** The promise, or a rejection with {@link Interrupted} as soon as a signal comes. */
  race<T>(promise: Promise<T>): Promise<T>;
}

/** Catches the ending signals. Only the first acts: clean-up is never cut short by an impatient second Ctrl-C. */
export const watchSignals = (onSignal: (signal: EndingSignal, first: boolean) => void): Interruption => {
  const controller = new AbortController();
  const interrupted = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
  });
  interrupted.catch(() => undefined); // nobody may be racing at that moment
  for (const name of SIGNALS) {
    process.on(name, () => {
      const first = !controller.signal.aborted;
      onSignal(name, first);
      if (first) controller.abort(new Interrupted(name));
    });
  }
  return { signal: controller.signal, race: (promise) => Promise.race([promise, interrupted]) };
};
