import { parseComment } from '../../../lambda/core/execution/journal';
import { findDryRunLine } from '../../../lambda/core/preflight/dry-run-line';
import { plansOf } from '../../../lambda/core/preflight/plans';
import { parsePreflightRequest, preflightComment } from '../../../lambda/core/preflight/request';
import { line } from './facts';
import { samplePolicy } from './policy';

describe("a dry-run's line", () => {
  test('is found among other output, with members that are not known here', () => {
    const text = `hello\n${JSON.stringify({ ...line(), autoThawSeconds: 30, more: [1] })}\nbye\n`;
    expect(findDryRunLine(text)).toEqual(line());
  });

  test.each(['', '{}', '{"stillpoint":"dry-run/2"}', '{"stillpoint":"dry-run/1"', 'DLM dry run'])('is not %j', (text) => {
    expect(findDryRunLine(text)).toBeUndefined();
  });
});

test('a dry-run is never taken for a script of an execution, nor for its run', () => {
  expect(parseComment(preflightComment('nightly'))).toBeUndefined();
  expect(preflightComment('p'.repeat(40)).length).toBeLessThanOrEqual(100); // SSM's limit
});

describe('the function', () => {
  test.each([
    { policyId: 'nightly' },
    { policyId: 'nightly', instanceId: 'i-1' },
    { policyId: 'nightly', schedule: 'Stillpoint.Preflight', time: '2026-11-21T03:00:00Z' },
  ])('takes %j', (request) => {
    expect(parsePreflightRequest(request)).toEqual(request);
  });

  test.each([{}, undefined, 'nightly', { policyId: 'nightly', schedule: 'Nightly', time: '' }, { policyId: 'nightly', more: 1 }])(
    'takes nothing else: %j',
    (request) => {
      expect(() => parsePreflightRequest(request)).toThrow('not a request for a preflight');
    },
  );
});

describe('what is looked at of a policy', () => {
  const names = (policy: ReturnType<typeof samplePolicy>) =>
    plansOf(policy).map(({ schedules, plan }) => [plan?.executionHandler, ...schedules]);

  test('is each script once, with the schedules that run it', () => {
    const script = { ExecutionHandler: 'other-document' };
    const policy = samplePolicy([{ name: 'A', script: {} }, { name: 'B', script }, { name: 'C', script: {} }, { name: 'D' }]);
    expect(names(policy)).toEqual([
      ['stillpoint-filesystem', 'A', 'C'],
      ['other-document', 'B'],
    ]);
  });

  test('is a run without a script where no schedule has one', () => {
    expect(names(samplePolicy([{ name: 'A' }, { name: 'B' }]))).toEqual([[undefined, 'A', 'B']]);
  });
});
