import { isVss, type Plan } from '../execution-message';
import { type Attempt, type Facts, isOpen, lastAttempt, type Refusal, type Script, type SnapshotSet, type VssCommand } from './facts';
import type { SetRequest } from './set-request';
import { confirmsThaw, mayHaveFrozen } from './thaw';

/** A new attempt, admitted. */
export const withAttempt = (facts: Facts, number: number, request?: SetRequest): Facts => ({
  ...facts,
  attempts: [...facts.attempts, { number, interrupted: false, request, posts: [] }],
});

/** Refusals that stand against the script, not against the snapshot: they count as a pre-script that failed without being sent. */
const AGAINST_SCRIPT: ReadonlySet<Refusal> = new Set([
  'policy-paused',
  'instance-in-transit',
  'agent-unmanaged',
  'agent-offline',
  'document-refused',
  'auto-thaw-too-short',
  'foreign-freeze',
  'vss-not-windows',
  'vss-instance-type',
]);

/** A new attempt that may not begin. */
export const withRefusal = (facts: Facts, number: number, why: Refusal, detail: string, at: Date, plan?: Plan): Facts => {
  const refused = AGAINST_SCRIPT.has(why) ? ({ kind: 'refused', sentAt: at, endedAt: at, code: why, message: detail } as const) : undefined;
  const command = isVss(plan) ? { vss: refused } : { pre: refused };
  return { ...facts, attempts: [...facts.attempts, { number, interrupted: false, posts: [], refusal: { why, detail }, ...command }] };
};

const changeLast = (facts: Facts, change: (attempt: Attempt) => Attempt): Facts => {
  const last = lastAttempt(facts);
  return last === undefined ? facts : { ...facts, attempts: [...facts.attempts.slice(0, -1), change(last)] };
};

export const withPre = (facts: Facts, pre: Script): Facts => changeLast(facts, (attempt) => ({ ...attempt, pre }));

export const withVss = (facts: Facts, vss: VssCommand): Facts => changeLast(facts, (attempt) => ({ ...attempt, vss }));

/** One more post-script, or the end of the open one. */
export const withPost = (facts: Facts, post: Script): Facts =>
  changeLast(facts, (attempt) => ({
    ...attempt,
    posts: isOpen(attempt.posts.at(-1)) ? [...attempt.posts.slice(0, -1), post] : [...attempt.posts, post],
  }));

export const withSet = (facts: Facts, set: SnapshotSet): Facts => changeLast(facts, (attempt) => ({ ...attempt, set }));

/** A pre-script may have frozen something that no post-script has thawed yet: nothing but the freeze's own calls is made now. */
export const isFreezeOpen = (facts: Facts): boolean => {
  const last = lastAttempt(facts);
  if (last?.pre === undefined || isOpen(last.pre)) return false;
  return mayHaveFrozen(last.pre) && !last.posts.some(confirmsThaw);
};
