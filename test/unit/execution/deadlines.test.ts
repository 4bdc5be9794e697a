import { WORKER_TIMEOUT_MS, worstCaseMs } from '../../../lambda/core/execution/deadlines';
import * as f from './fixtures';

test('the longest attempt that a policy can ask for fits one invocation, with half a minute to spare', () => {
  const longest = f.plan({ executionTimeout: 120, maximumRetryCount: 3, retryPause: 90 });
  expect(worstCaseMs(longest, true)).toBeLessThanOrEqual(WORKER_TIMEOUT_MS - 30_000);
});
test('a pause counts only where there is one', () => {
  expect(worstCaseMs(f.plan(), true) - worstCaseMs(f.plan(), false)).toBe(60_000);
});
test('a set without scripts takes less', () => expect(worstCaseMs(undefined, false)).toBeLessThan(worstCaseMs(f.plan(), false)));
