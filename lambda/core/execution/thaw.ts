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

/**
 * Why nobody can say that the instance is thawed after this attempt, or undefined when it is certain.
 * 204 belongs here: somebody else may hold a freeze, which is for a person to look at and never answered with a thaw.
 */
export const possiblyFrozen = (plan: ScriptPlan, attempt: Attempt): DoubtfulThaw | undefined => {
  const { pre, posts } = attempt;
  if (!plan.stages.includes('post')) return undefined; // a policy with PRE alone says that its script freezes nothing
  if (posts.some(confirmsThaw)) return undefined;
  if (posts.length > 0) return 'thaw-unconfirmed';
  if (pre === undefined) return undefined;
  if (pre.kind === 'open') return 'pre-script-open';
  if (pre.kind === 'failed' && pre.cause === 204) return 'held-by-another';
  return mayHaveFrozen(pre) ? 'not-thawed' : undefined;
};
