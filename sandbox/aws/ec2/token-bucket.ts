import type { Clock } from '../clock';

/** EC2's way of limiting requests: each takes a token, and some come back every second. */
export const createTokenBucket = (clock: Pick<Clock, 'monotonic'>, { capacity, perSecond }: { capacity: number; perSecond: number }) => {
  let tokens = capacity;
  let at = clock.monotonic();
  return {
    /** False: none was left. */
    take: (): boolean => {
      const now = clock.monotonic();
      tokens = Math.min(capacity, tokens + ((now - at) / 1000) * perSecond);
      at = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
};
