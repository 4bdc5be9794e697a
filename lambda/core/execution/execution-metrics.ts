import type { MetricCounts } from '../metric-names';
import type { Conclusion } from './conclude';
import { type Facts, lastAttempt } from './facts';

const when = (condition: boolean): number => (condition ? 1 : 0);

/** The counts of a closed execution. Script metrics count instances, so retries don't add up; snapshot metrics count snapshots. */
export const executionMetrics = (facts: Facts, conclusion: Conclusion): MetricCounts => {
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
    SnapshotsCreateStarted: conclusion.sets.reduce((count, set) => count + set.members.length, 0),
    SnapshotsCreateFailed: when(conclusion.sets.length === 0),
  };
};
