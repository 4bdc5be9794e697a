import { fullTokens, takeToken } from '../core/lifecycle/retention/pacer';

/** Resolves when DeleteSnapshot may be called once more. */
export const createPace = (now: () => number, sleep: (ms: number) => Promise<unknown>): (() => Promise<void>) => {
  let tokens = fullTokens(now());
  return async () => {
    const taken = takeToken(tokens, now());
    tokens = taken.tokens;
    if (taken.waitMs > 0) await sleep(taken.waitMs);
  };
};
