import { isVss, type Plan, type ScriptPlan, type VssPlan } from '../execution-message';
import { isWholeVssSet, vssMayStillRun, vssStep } from './decide-vss';
import { type Attempt, type DocumentTraits, type EndedScript, type Facts, isOpen, lastAttempt, type Refusal, type Script } from './facts';
import type { Outcome } from './journal';
import { confirmsThaw, doubtOf, mayHaveFrozen, mayRecoverByPost, mayStillRun, wasUndelivered } from './thaw';

/** The next thing to do in an execution. */
export type Step =
  /** A new attempt: pause, wait for admission, hand over to a continuation when time is short. */
  | { readonly do: 'begin'; readonly attempt: number; readonly pause: boolean }
  | { readonly do: 'send-pre' }
  /** Poll the open script to its end; at its deadline cancel it and wait for that end. `cancel`: at once. */
  | { readonly do: 'end-script'; readonly stage: 'pre' | 'post'; readonly cancel: boolean }
  | { readonly do: 'create-set' }
  /** A set outside of any freeze: fallback, stopped instance, no scripts. */
  | { readonly do: 'create-plain-set' }
  | { readonly do: 'send-post'; readonly outcome: Outcome; readonly recovery: boolean }
  /** Look by tag for what an unanswered CreateSnapshots made. */
  | { readonly do: 'find-set' }
  /** The command that makes a set by VSS, from the instance. */
  | { readonly do: 'send-vss' }
  /** Poll it to its end; at its deadline cancel it and wait for that end. */
  | { readonly do: 'follow-vss' }
  /** Look by tag for what it made, and whether that is whole and consistent. */
  | { readonly do: 'find-vss-set' }
  | { readonly do: 'close' };

export interface Situation {
  readonly plan: Plan | undefined;
  readonly traits: DocumentTraits;
  /** The attempt that the message asks for. */
  readonly firstAttempt: number;
  /** Begin nothing: only make sure that nothing is left frozen. */
  readonly thawOnly: boolean;
}

/** Sends of one post-script that SSM may refuse or lose before it counts as not thawed. */
export const MAX_UNDELIVERED_POSTS = 9;
/** Recovery thaws after one failed pre-script before it counts as not thawed. */
export const MAX_RECOVERY_THAWS = 3;

const CLOSE: Step = { do: 'close' };

/**
 * The decision core: from all that is known of an execution to its next step. Pure; the same for an execution that goes
 * its way and for one whose journal was read after a crash.
 */
export const decide = (situation: Situation, facts: Facts): Step => {
  const step = nextStep(situation, facts);
  return situation.thawOnly && BEGINNINGS.has(step.do) ? CLOSE : step;
};

const BEGINNINGS: ReadonlySet<Step['do']> = new Set(['begin', 'send-pre', 'send-vss', 'create-set', 'create-plain-set']);

const nextStep = (situation: Situation, facts: Facts): Step => {
  const { plan } = situation;
  if (facts.plainSet !== undefined) return facts.plainSet.kind === 'unclear' ? { do: 'find-set' } : CLOSE;
  const attempt = lastAttempt(facts);
  if (attempt === undefined) return { do: 'begin', attempt: situation.firstAttempt, pause: false };
  if (attempt.refusal !== undefined) return afterRefusal(plan, attempt, attempt.refusal.why);
  if (plan === undefined) return { do: 'create-plain-set' };
  if (isVss(plan)) return aroundVss(plan, attempt);
  if (isOpen(attempt.pre)) return { do: 'end-script', stage: 'pre', cancel: attempt.interrupted || attempt.pre.command === undefined };
  if (isOpen(attempt.posts.at(-1))) return { do: 'end-script', stage: 'post', cancel: false };
  return attempt.pre === undefined || attempt.pre.kind === 'succeeded'
    ? aroundSet(plan, attempt)
    : afterFailedPre(situation, plan, attempt, attempt.pre);
};

const aroundVss = (plan: VssPlan, attempt: Attempt): Step =>
  vssStep(attempt) ?? (attempt.vss?.kind === 'refused' ? withoutScripts(plan) : anotherAttempt(plan, attempt, false));

/** Pre succeeded, or the policy has none. */
const aroundSet = (plan: ScriptPlan, attempt: Attempt): Step => {
  const { pre, set, posts } = attempt;
  if (set === undefined) {
    const preDue = plan.stages.includes('pre') && pre === undefined;
    return preDue ? { do: 'send-pre' } : { do: 'create-set' };
  }
  if (plan.stages.includes('post') && postIsDue(plan, posts)) {
    return { do: 'send-post', outcome: set.kind === 'unclear' ? 'unknown' : set.kind, recovery: false };
  }
  if (set.kind === 'unclear') return { do: 'find-set' };
  return set.kind === 'created' && set.answeredBeforePost ? CLOSE : anotherAttempt(plan, attempt, false);
};

/** No retry on 203 and 205: they say that nothing is frozen. What SSM refused or lost is not a script's failure. */
const postIsDue = (plan: ScriptPlan, posts: readonly Script[], retries = plan.maximumRetryCount): boolean => {
  const undelivered = posts.filter(wasUndelivered).length;
  return !posts.some(confirmsThaw) && undelivered < MAX_UNDELIVERED_POSTS && posts.length - undelivered <= retries;
};

const afterFailedPre = (situation: Situation, plan: ScriptPlan, attempt: Attempt, pre: EndedScript): Step => {
  const recoverable = mayHaveFrozen(pre) && mayRecoverByPost(plan, situation.traits);
  if (recoverable && postIsDue(plan, attempt.posts, MAX_RECOVERY_THAWS - 1)) return { do: 'send-post', outcome: 'failed', recovery: true };
  if (pre.kind === 'refused') return withoutScripts(plan);
  return anotherAttempt(plan, attempt, pre.kind === 'failed' && (pre.cause === 204 || pre.cause === 206));
};

/** The whole attempt again while retries are left, but never on top of a freeze that may still be there. */
const anotherAttempt = (plan: Plan, attempt: Attempt, pause: boolean): Step => {
  if (attempt.number <= plan.maximumRetryCount && !forbidsAnother(plan, attempt))
    return { do: 'begin', attempt: attempt.number + 1, pause };
  const suffices = isVss(plan) ? isWholeVssSet(attempt) : attempt.set?.kind === 'created';
  return suffices ? CLOSE : withoutScripts(plan);
};

/** A pre-script that ended by itself (201, 204) may be sent again without a thaw, as DLM does; one that was killed or lost may not. */
const forbidsAnother = (plan: Plan, attempt: Attempt): boolean => {
  if (isVss(plan)) return attempt.refusal === undefined && vssMayStillRun(attempt);
  const doubt = doubtOf(plan, attempt);
  return mayStillRun(attempt) || doubt === 'thaw-unconfirmed' || (doubt === 'not-thawed' && attempt.pre?.kind !== 'failed');
};

const withoutScripts = (plan: Plan): Step => (plan.executeOperationOnScriptFailure ? { do: 'create-plain-set' } : CLOSE);

const FINAL: ReadonlySet<Refusal> = new Set([
  'expired',
  'policy-disabled',
  'stack-removed',
  'instance-gone',
  'not-a-target',
  'no-volumes',
  'volumes-excluded',
]);
const PASSES: ReadonlySet<Refusal> = new Set(['foreign-freeze', 'snapshots-pending', 'instance-in-transit']);

const afterRefusal = (plan: Plan | undefined, attempt: Attempt, why: Refusal): Step => {
  // The execution began in time: a retry that comes too late still gets its fallback.
  if (why === 'expired' && attempt.number > 1 && plan !== undefined) return withoutScripts(plan);
  if (FINAL.has(why)) return CLOSE;
  if (why === 'instance-stopped' || plan === undefined) return { do: 'create-plain-set' };
  return PASSES.has(why) ? anotherAttempt(plan, attempt, true) : withoutScripts(plan);
};
