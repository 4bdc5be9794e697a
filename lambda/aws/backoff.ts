import { setTimeout as sleep } from 'node:timers/promises';
import { awsError } from './errors';

/** Full jitter on a doubling base, in milliseconds. */
const jittered = (baseMs: number, attempt: number): number => Math.round(baseMs * 2 ** attempt * (0.5 + Math.random() / 2));

/** Run `call`, again while AWS throttles it, at most `tries` times in all. Other errors go through at once. */
export const throughThrottling = async <T>(tries: number, baseMs: number, call: () => Promise<T>): Promise<T> => {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (thrown) {
      if (!awsError(thrown).throttled || attempt + 1 >= tries) throw thrown;
      await sleep(jittered(baseMs, attempt));
    }
  }
};
