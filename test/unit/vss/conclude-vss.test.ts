import { conclude } from '../../../lambda/core/execution/conclude';
import { executionMetrics } from '../../../lambda/core/execution/execution-metrics';
import type { Attempt, Facts, SnapshotSet } from '../../../lambda/core/execution/facts';
import { withRefusal } from '../../../lambda/core/execution/progress';
import * as f from '../execution/fixtures';
import * as v from './fixtures';

const subject = { executionId: 'nightly@2026-11-21T03:00Z/i-1', plan: v.plan(), thawOnly: false };
const PLAIN: SnapshotSet = { kind: 'created', members: f.MEMBERS, answeredBeforePost: false };

/** `RESULT CONSISTENCY REASON`, and the sets, each with its consistency. */
const told = (facts: Facts): string => {
  const { result, consistency, reason, sets, cause, possiblyFrozen } = conclude(subject, facts);
  expect({ cause, possiblyFrozen }).toEqual({});
  return [result, consistency, reason, ...sets.map((set) => `[${set.byVss === undefined ? 'ours' : 'vss'} ${set.consistency}]`)].join(' ');
};

test.each<readonly [string, Partial<Attempt>, SnapshotSet | undefined, string]>([
  ['VSS’s word', { vss: v.succeeded, set: v.good }, undefined, 'success reported vss-consistent [vss reported]'],
  ['not of each', { vss: v.succeeded, set: v.inconsistent }, undefined, 'failed crash vss-not-consistent [vss crash]'],
  ['not looked at', { vss: v.succeeded, set: v.unseen }, undefined, 'failed crash vss-not-consistent [vss crash]'],
  ['not of all volumes', { vss: v.succeeded, set: v.incomplete }, PLAIN, 'failed crash vss-incomplete [vss crash] [ours crash]'],
  ['of a volume that is no more attached', { vss: v.succeeded, set: v.detached }, undefined, 'failed crash vss-incomplete [vss crash]'],
  ['a command that failed', { vss: v.failed, set: v.good }, undefined, 'failed crash vss-failed [vss crash]'],
  ['one without a trace', { vss: v.failed, set: v.none }, PLAIN, 'failed crash vss-failed [ours crash]'],
  ['and without a fallback', { vss: v.failed, set: v.none }, undefined, 'failed none vss-failed'],
  ['nothing made', { vss: v.succeeded, set: v.none }, undefined, 'failed none vss-no-snapshots'],
  ['not in time', { vss: v.timedOut(), set: v.none }, undefined, 'failed none vss-timed-out'],
  ['no answer', { vss: v.lost, set: v.none }, undefined, 'failed none vss-unclear'],
  ['snapshots without a command', { set: v.good }, undefined, 'failed crash vss-unclear [vss crash]'],
  ['refused', { vss: v.refused }, PLAIN, 'failed crash vss-refused [ours crash]'],
  ['its fallback is refused', { vss: v.refused }, f.createFailed, 'failed none vss-refused'],
])('%s', (_what, attempt, plainSet, expected) => {
  expect(told({ attempts: [v.attempt(attempt)], ...(plainSet && { plainSet }) })).toBe(expected);
});

test('each attempt’s set is concluded, the last one counts', () => {
  const attempts = [v.attempt({ vss: v.failed, set: v.good }), v.attempt({ number: 2, vss: v.succeeded, set: v.good })];
  expect(told({ attempts })).toBe('success reported vss-consistent [vss crash] [vss reported]');
});

test('the detail says what was found', () => {
  const detailOf = (attempt: Partial<Attempt>) => conclude(subject, { attempts: [v.attempt(attempt)] }).detail;
  expect(detailOf({ vss: v.failed, set: v.none })).toBe('Ec2VssAgent: freeze timed out');
  expect(detailOf({ vss: v.succeeded, set: v.inconsistent })).toContain('snap-00000000000000002');
  expect(detailOf({ vss: v.succeeded, set: v.incomplete })).toContain('vol-00000000000000002');
  expect(detailOf({ vss: v.succeeded, set: v.detached })).toContain('not attached: vol-00000000000000002');
  expect(detailOf({ vss: v.refused })).toBe('InvalidDocument: no such document');
});

test('an instance that VSS can not be run on says so, and its fallback, too', () => {
  const refused = withRefusal({ attempts: [] }, 1, 'vss-not-windows', 'Linux', f.AT, v.plan());
  expect(told({ ...refused, plainSet: PLAIN })).toBe('failed crash vss-not-windows [ours crash]');
});

test('a message to thaw that found nothing', () => {
  expect(told({ attempts: [] })).toBe('failed none create-unclear');
  expect(conclude({ ...subject, thawOnly: true }, { attempts: [] }).reason).toBe('thaw-only');
});

describe('metrics count the instance once, in VSS’s own', () => {
  const metricsOf = (...attempts: Attempt[]) => {
    const all = executionMetrics({ attempts }, conclude(subject, { attempts }));
    return Object.fromEntries(Object.entries(all).filter(([name]) => /Script|VSS|Cause/.test(name)));
  };
  test('completed, after a retry', () => {
    const retried = [v.attempt({ vss: v.failed, set: v.none }), v.attempt({ number: 2, vss: v.succeeded, set: v.good })];
    expect(metricsOf(...retried)).toEqual({ VSSBackupStarted: 1, VSSBackupCompleted: 1 });
  });
  test('failed', () => {
    expect(metricsOf(v.attempt({ vss: v.succeeded, set: v.inconsistent }))).toEqual({ VSSBackupStarted: 1, VSSBackupFailed: 1 });
  });
  test('refused: never started', () => {
    expect(metricsOf(v.attempt({ vss: v.refused }))).toEqual({ VSSBackupFailed: 1 });
  });
});
