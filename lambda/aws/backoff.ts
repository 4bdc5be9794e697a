import { setTimeout as sleep } from 'node:timers/promises';
import { type AwsError, awsError } from './errors';

/** Full jitter on a doubling base, in milliseconds. */
const jittered = (baseMs: number, attempt: number): number => Math.round(baseMs * 2 ** attempt * (0.5 + Math.random() / 2));

/** Run `call`, again while it fails as `passes` says, at most `tries` times in all. Other errors go through at once. */
export const retrying = async <T>(
  passes: (error: AwsError) => boolean,
  tries: number,
  baseMs: number,
  call: () => Promise<T>,
): Promise<T> => {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (thrown) {
      if (!passes(awsError(thrown)) || attempt + 1 >= tries) throw thrown;
      await sleep(jittered(baseMs, attempt));
    }
  }
};

/** Run `call`, again while AWS throttles it. */
export const throughThrottling = <T>(tries: number, baseMs: number, call: () => Promise<T>): Promise<T> =>
  retrying((error) => error.throttled, tries, baseMs, call);
