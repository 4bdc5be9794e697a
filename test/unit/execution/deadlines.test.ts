import { undeliveredPauseMs, WORKER_TIMEOUT_MS, worstCaseMs } from '../../../lambda/core/execution/deadlines';
import { MAX_UNDELIVERED_POSTS } from '../../../lambda/core/execution/decide';
import * as f from './fixtures';

test('the longest attempt that a policy can ask for fits one invocation, with half a minute to spare', () => {
  const longest = f.plan({ executionTimeout: 120, maximumRetryCount: 3, retryPause: 90 });
  expect(worstCaseMs(longest)).toBeLessThanOrEqual(WORKER_TIMEOUT_MS - 30_000);
});
test('a post-script that SSM does not take is sent again for about a minute', () => {
  const pauses = Array.from({ length: MAX_UNDELIVERED_POSTS }, (_, sent) => undeliveredPauseMs(sent));
  expect(pauses.reduce((sum, pause) => sum + pause)).toBeGreaterThanOrEqual(60_000);
  expect(pauses[1]).toBe(500);
});
test('a set without scripts takes less', () => expect(worstCaseMs(undefined)).toBeLessThan(worstCaseMs(f.plan())));
