import type { Cause } from '../cause';
import { isVss, type Plan } from '../execution-message';
import { attemptId } from '../ids';
import type { ResultLine } from '../result-line';
import { VSS_REASONS, vssVerdict } from './conclude-vss';
import { type Attempt, type Facts, lastAttempt, REFUSALS, type SetMember } from './facts';
import { tellingLine } from './freeze-report';
import { type Consistency, PROOF_REASONS, type ProofReason, prove } from './prove';
import { type DoubtfulThaw, possiblyFrozen } from './thaw';

/** Why an execution ended as it did. A closed list: docs/runbook.md has an entry for each. */
export const REASONS = [
  ...PROOF_REASONS,
  ...VSS_REASONS,
  ...REFUSALS,
  'no-scripts',
  'pre-failed',
  'pre-timed-out',
  'pre-unclear',
  'pre-refused',
  'create-failed',
  'thaw-only',
  /** Told later, by the lifecycle function: EC2 could not complete the set. */
  'late-failure',
] as const;
export type Reason = (typeof REASONS)[number];

export interface ConcludedSet {
  readonly members: readonly SetMember[];
  readonly consistency: Consistency;
  readonly reason: Reason;
  readonly postScript: 'SUCCESS' | 'FAILED' | undefined;
  /** VSS made it, with ids for tags: the others are still to be written. */
  readonly byVss?: { readonly attempt: number } | undefined;
  /** What the document told of the freeze around it. */
  readonly line?: ResultLine | undefined;
  /** The application's position in these copies; undefined where nothing shows that it is theirs. */
  readonly coordinates?: Readonly<Record<string, string>> | undefined;
  /** How many tags EC2 copied from a volume at most; undefined: none, or nobody knows. */
  readonly copiedTags?: number | undefined;
}

export interface Conclusion {
  /** `success`: the set is as good as the policy asks for. */
  readonly result: 'success' | 'failed';
  readonly consistency: Consistency;
  readonly reason: Reason;
  readonly detail: string;
  readonly cause: Cause | undefined;
  readonly attempts: number;
  /** The set that counts, and with it every other one that this execution made. */
  readonly set: ConcludedSet | undefined;
  readonly sets: readonly ConcludedSet[];
  /** Which attempt's thaw nobody could confirm, and why. */
  readonly possiblyFrozen: { readonly why: DoubtfulThaw; readonly attempt: number } | undefined;
}

export interface Subject {
  readonly executionId: string;
  readonly plan: Plan | undefined;
  readonly thawOnly: boolean;
}

/** The verdict on an execution that has nothing left to do. */
export const conclude = (subject: Subject, facts: Facts): Conclusion => {
  const last = lastAttempt(facts);
  const failure = whyFailed(subject, last, facts);
  const sets = concludeSets(subject, facts, failure.reason);
  const set = sets.at(-1);
  const wanted = set !== undefined && isAsAsked(set);
  return {
    result: wanted ? 'success' : 'failed',
    consistency: set?.consistency ?? 'none',
    reason: set?.reason ?? failure.reason,
    detail: failure.detail,
    cause: last === undefined ? undefined : causeOfAttempt(last),
    attempts: last?.number ?? 0,
    set,
    sets,
    possiblyFrozen: subject.plan === undefined || isVss(subject.plan) ? undefined : possiblyFrozen(subject.plan, facts.attempts),
  };
};

/** Reasons of sets that are no more than crash-consistent because that is what was asked for. */
const ASKED_FOR: ReadonlySet<string> = new Set<Reason>(['no-scripts', 'post-only', 'instance-stopped']);

/** A set that is as good as its policy asks for: a success. Also for what a set's tags say. */
export const isAsAsked = ({ consistency, reason }: { readonly consistency: string; readonly reason: string }): boolean =>
  consistency === 'application' || consistency === 'reported' || ASKED_FOR.has(reason);

/** The cause of the script failure that decided the attempt: post's last, else pre's. */
export const causeOfAttempt = ({ pre, posts }: Attempt): Cause | undefined => {
  const post = posts.at(-1);
  if (pre?.kind === 'failed') return pre.cause;
  if (pre?.kind === 'timed-out' || pre?.kind === 'lost' || pre?.kind === 'refused') return 201;
  if (post === undefined || post.kind === 'succeeded') return undefined;
  return post.kind === 'failed' ? post.cause : 202;
};

const whyFailed = (subject: Subject, last: Attempt | undefined, facts: Facts): { readonly reason: Reason; readonly detail: string } => {
  if (last?.refusal !== undefined) return { reason: last.refusal.why, detail: last.refusal.detail };
  if (isVss(subject.plan) && last !== undefined && !isUntouched(last)) return vssVerdict(last);
  const failedSet = facts.plainSet?.kind === 'failed' ? facts.plainSet : last?.set;
  if (last?.pre?.kind === 'failed') return { reason: 'pre-failed', detail: last.pre.line?.error ?? `exit code ${last.pre.exitCode}` };
  if (last?.pre?.kind === 'timed-out')
    return {
      reason: 'pre-timed-out',
      detail: last.pre.started ? 'the pre-script did not end in its time' : 'the pre-script never started',
    };
  if (last?.pre?.kind === 'lost') return { reason: 'pre-unclear', detail: 'SendCommand gave no answer' };
  if (last?.pre?.kind === 'refused') return { reason: 'pre-refused', detail: `${last.pre.code}: ${last.pre.message}` };
  if (failedSet?.kind === 'failed') return { reason: 'create-failed', detail: `${failedSet.code}: ${failedSet.message}` };
  if (subject.plan === undefined) return { reason: 'no-scripts', detail: '' };
  return { reason: subject.thawOnly ? 'thaw-only' : 'create-unclear', detail: '' };
};

/** A message to thaw, on an attempt that never sent its command. */
const isUntouched = ({ vss, set }: Attempt): boolean => vss === undefined && set === undefined;

const concludeSets = (subject: Subject, facts: Facts, reason: Reason): ConcludedSet[] => {
  const scripted = facts.attempts.flatMap((attempt) => concludeAttempt(subject, attempt));
  if (facts.plainSet?.kind !== 'created') return scripted;
  const consistency = reason === 'instance-stopped' ? 'stopped' : 'crash';
  const { members, copiedTags } = facts.plainSet;
  return [...scripted, { members, consistency, reason, postScript: undefined, copiedTags }];
};

/** A hold whose two lines were held against each other and against the set: coordinates of any other might be taken for those of the copies. */
const LINES_AGREE: ReadonlySet<ProofReason> = new Set(['proven', 'volumes-unknown']);

const concludeAttempt = ({ executionId, plan }: Subject, attempt: Attempt): ConcludedSet[] => {
  if (attempt.set?.kind !== 'created' || plan === undefined) return [];
  if (isVss(plan)) return [concludeVss(attempt, attempt.set.members)];
  const proof = prove(plan, attempt, attemptId(executionId, attempt.number));
  const succeeded = attempt.posts.some((post) => post.kind === 'succeeded');
  const postScript = attempt.posts.length === 0 ? undefined : succeeded ? 'SUCCESS' : 'FAILED';
  const line = tellingLine(attempt);
  const coordinates = LINES_AGREE.has(proof.reason) ? line?.application.coordinates : undefined;
  const { members, copiedTags } = attempt.set;
  return [{ members, ...proof, postScript, line, coordinates, copiedTags }];
};

/** VSS's word is what DLM goes by, too: never more than `reported`. */
const concludeVss = (attempt: Attempt, members: readonly SetMember[]): ConcludedSet => {
  const { reason } = vssVerdict(attempt);
  const consistency = reason === 'vss-consistent' ? 'reported' : 'crash';
  return { members, consistency, reason, postScript: undefined, byVss: { attempt: attempt.number } };
};
