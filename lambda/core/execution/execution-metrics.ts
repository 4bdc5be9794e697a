import { CONSISTENCY_METRICS, causeMetric, type MetricValues } from '../metric-names';
import type { Conclusion } from './conclude';
import { isVssConsistent } from './decide-vss';
import { type Facts, lastAttempt } from './facts';
import { freezeReport } from './freeze-report';

const when = (condition: boolean): number => (condition ? 1 : 0);

/** The metrics of a closed execution. What is zero is left out: each name that is ever written is billed. */
export const executionMetrics = (facts: Facts, conclusion: Conclusion): MetricValues => {
  const all = { ...dlmMetrics(facts, conclusion), ...ownMetrics(facts, conclusion) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => (typeof value === 'number' ? value > 0 : value.length > 0)));
};

/** Script metrics count instances, so retries don't add up; snapshot metrics count snapshots. */
const dlmMetrics = (facts: Facts, conclusion: Conclusion) => {
  const last = lastAttempt(facts);
  const preSent = facts.attempts.some(({ pre }) => pre !== undefined && pre.kind !== 'refused');
  const postSent = facts.attempts.some((attempt) => attempt.pre?.kind === 'succeeded' && attempt.posts.length > 0);
  const preCompleted = last?.pre?.kind === 'succeeded';
  const postCompleted = last?.posts.some((post) => post.kind === 'succeeded') ?? false;
  return {
    PreScriptStarted: when(preSent),
    PreScriptCompleted: when(preCompleted),
    PreScriptFailed: when(last?.pre !== undefined && !preCompleted),
    PostScriptStarted: when(postSent),
    PostScriptCompleted: when(postSent && postCompleted),
    PostScriptFailed: when(postSent && !postCompleted),
    ...vssMetrics(facts),
    SnapshotsCreateStarted: conclusion.sets.reduce((count, set) => count + set.members.length, 0),
    SnapshotsCreateFailed: when(conclusion.sets.length === 0),
  };
};

const vssMetrics = (facts: Facts) => {
  const last = lastAttempt(facts);
  const completed = last !== undefined && isVssConsistent(last);
  return {
    VSSBackupStarted: when(facts.attempts.some(({ vss }) => vss !== undefined && vss.kind !== 'refused')),
    VSSBackupCompleted: when(completed),
    VSSBackupFailed: when(last?.vss !== undefined && !completed),
  };
};

const ownMetrics = ({ attempts }: Facts, { result, consistency, cause, possiblyFrozen, ...conclusion }: Conclusion) => ({
  [result === 'success' ? 'ExecutionsSucceeded' : 'ExecutionsFailed']: 1,
  [CONSISTENCY_METRICS[consistency]]: 1,
  ...(cause === undefined ? {} : { Causes: 1, [causeMetric(cause)]: 1 }),
  PossiblyFrozen: when(possiblyFrozen !== undefined),
  Retries: Math.max(0, conclusion.attempts - 1) + attempts.reduce((count, { posts }) => count + Math.max(0, posts.length - 1), 0),
  FreezeWindow: attempts.flatMap((attempt) => freezeReport(attempt).freeze_window_ms ?? []),
});
