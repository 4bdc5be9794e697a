import type { ScriptPlan } from '../execution-message';
import type { Attempt, DocumentTraits, EndedScript, Script } from './facts';

/** A post-script that says that nothing of this attempt is frozen any more: success, 203 (auto-thaw did it), 205 (nothing was). */
export const confirmsThaw = (post: Script): boolean =>
  post.kind === 'succeeded' || (post.kind === 'failed' && (post.cause === 203 || post.cause === 205));

/** True when SSM itself, not the script, failed to take the command: sending it again costs no retry of the policy. */
export const wasUndelivered = (post: Script): boolean => post.kind === 'lost' || post.kind === 'refused';

/** May a pre-script that ended so have left something frozen that is ours to thaw? */
export const mayHaveFrozen = (pre: EndedScript): boolean => {
  switch (pre.kind) {
    case 'succeeded':
    case 'lost':
      return true;
    case 'timed-out':
      return pre.started || pre.stillRunning;
    case 'failed':
      return pre.cause === 201;
    case 'refused':
      return false;
  }
};

/** Is a recovery thaw allowed for this document under the policy's `RecoveryThaw`? */
export const mayRecoverByPost = (plan: ScriptPlan, traits: DocumentTraits): boolean => {
  if (!plan.stages.includes('post') || plan.recoveryThaw === 'never') return false;
  return plan.recoveryThaw === 'always' || !traits.recordsBackupInPost;
};

/** Why it is not certain that an instance is thawed. */
export type DoubtfulThaw = 'thaw-unconfirmed' | 'pre-script-open' | 'held-by-another' | 'not-thawed';

/** The pre-script runs still, or may yet be delivered, and its document has not said that it would refuse it now. */
export const mayStillRun = ({ pre, posts }: Attempt): boolean => {
  const unended = pre?.kind === 'open' || pre?.kind === 'lost' || (pre?.kind === 'timed-out' && pre.stillRunning);
  // A document that prints result lines refuses a pre-script once it has seen its post-script.
  const refusesNow = posts.some((post) => (post.kind === 'succeeded' || post.kind === 'failed') && post.line !== undefined);
  return unended && !refusesNow;
};

/**
 * Why nobody can say that an attempt left nothing frozen, or undefined when it is certain.
 * 204 belongs here: somebody else may hold a freeze, which is for a person to look at and never answered with a thaw.
 */
export const doubtOf = (plan: ScriptPlan, attempt: Attempt): DoubtfulThaw | undefined => {
  const { pre, posts } = attempt;
  if (!plan.stages.includes('post')) return undefined; // a policy with PRE alone says that its script freezes nothing
  if (pre !== undefined && mayStillRun(attempt)) return 'pre-script-open';
  if (posts.some(confirmsThaw)) return undefined;
  if (posts.length > 0) return 'thaw-unconfirmed';
  if (pre === undefined || pre.kind === 'open') return undefined;
  if (pre.kind === 'failed' && pre.cause === 204) return 'held-by-another';
  return mayHaveFrozen(pre) ? 'not-thawed' : undefined;
};

/** The attempt whose thaw is in doubt when the execution ends: a later one that held and was thawed clears an earlier doubt. */
export const possiblyFrozen = (
  plan: ScriptPlan,
  attempts: readonly Attempt[],
): { readonly why: DoubtfulThaw; readonly attempt: number } | undefined => {
  const cleared = attempts.findLastIndex(({ pre, posts }) => pre?.kind === 'succeeded' && posts.some((post) => post.kind === 'succeeded'));
  const doubts = attempts.flatMap((attempt, index) => {
    const why = index < cleared ? undefined : doubtOf(plan, attempt);
    const over = why === 'held-by-another' && index < attempts.length - 1; // the next attempt was answered otherwise
    return why === undefined || over ? [] : [{ why, attempt: attempt.number }];
  });
  return doubts.at(-1);
};
