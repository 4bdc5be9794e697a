import type { Cause, Stage } from '../cause';
import { causeOfAttempt } from './conclude';
import { type VssReason, vssVerdict } from './conclude-vss';
import type { Step } from './decide';
import { type Facts, lastAttempt, type Refusal } from './facts';

/** What is tried again, and what it is tried again after. */
export interface Retry {
  readonly stage: Stage | 'vss';
  readonly attempt: number;
  /** Of the script that failed; undefined where none did: CreateSnapshots failed, or the attempt was refused. */
  readonly after: Cause | Refusal | VssReason | 'create-failed';
}

/** The retry that a step is, for the log: a new attempt after one that failed, or a post-script that is sent again. */
export const retryOf = (step: Step, facts: Facts): Retry | undefined => {
  const last = lastAttempt(facts);
  if (last === undefined) return undefined;
  if (step.do === 'begin' && last.vss !== undefined)
    return { stage: 'vss', attempt: step.attempt, after: last.refusal?.why ?? vssVerdict(last).reason };
  const after = last.refusal?.why ?? causeOfAttempt(last) ?? 'create-failed';
  if (step.do === 'begin') return { stage: 'pre', attempt: step.attempt, after };
  return step.do === 'send-post' && last.posts.length > 0 ? { stage: 'post', attempt: last.number, after } : undefined;
};
