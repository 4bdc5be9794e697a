import type { ScriptPlan } from '../execution-message';
import type { ResultLine } from '../result-line';
import type { Attempt, Script, SetMember } from './facts';

export type Consistency = 'application' | 'reported' | 'crash' | 'stopped' | 'none';

/** Why a set that was made around scripts is what it is. */
export const PROOF_REASONS = [
  'proven',
  'no-result-line',
  'volumes-unknown',
  'pre-only',
  'post-only',
  'create-unclear',
  'post-failed',
  'auto-thawed',
  'not-held',
  'rebooted',
  'result-of-another',
  'not-covered',
  'volume-not-in-set',
] as const;
export type ProofReason = (typeof PROOF_REASONS)[number];

export interface Proof {
  readonly consistency: 'application' | 'reported' | 'crash';
  readonly reason: ProofReason;
}

const crash = (reason: ProofReason): Proof => ({ consistency: 'crash', reason });
const reported = (reason: ProofReason): Proof => ({ consistency: 'reported', reason });

/**
 * What an attempt with a created set proves. `application` only when the result lines of our contract say so in every
 * point; what merely lacks such lines is `reported`; any doubt is `crash`.
 */
export const prove = (plan: ScriptPlan, attempt: Attempt, attemptUuid: string): Proof => {
  if (attempt.set?.kind !== 'created' || !attempt.set.answeredBeforePost) return crash('create-unclear');
  if (!plan.stages.includes('pre')) return crash('post-only');
  if (!plan.stages.includes('post')) return reported('pre-only');
  const post = attempt.posts.find((script) => script.kind === 'succeeded') ?? attempt.posts.at(-1);
  const preLine = attempt.pre?.kind === 'succeeded' ? attempt.pre.line : undefined;
  if (post?.kind !== 'succeeded') return crash(whyPostFailed(post, preLine));
  if (preLine === undefined || post.line === undefined) return withOneLine(preLine ?? post.line);
  return proveByLines(preLine, post.line, attempt.set.members, attemptUuid);
};

/** Half a proof is none, but may still contradict: a script that says by its exit code what its line denies. */
const withOneLine = (line: ResultLine | undefined): Proof =>
  line === undefined || line.result === 'held' || line.result === 'released' ? reported('no-result-line') : crash('not-held');

const whyPostFailed = (post: Script | undefined, preLine: ResultLine | undefined): ProofReason => {
  if (post?.kind !== 'failed') return 'post-failed';
  if (post.cause === 203) return post.line?.result === 'failed' ? 'not-held' : 'auto-thawed'; // a lost lock, or thawed by someone else
  if (post.cause === 205) return hasRebooted(preLine, post.line) ? 'rebooted' : 'not-held';
  return 'post-failed';
};

/** What a document knows of its attempt lies under /run and is gone after a reboot, so post alone can rarely tell: the boot ids do. */
const hasRebooted = (pre: ResultLine | undefined, post: ResultLine | undefined): boolean =>
  post !== undefined && (post.result === 'rebooted' || (pre !== undefined && pre.bootId !== post.bootId));

/**
 * The root filesystem can't be frozen. Data on it counts all the same where the application let no write end and the
 * filesystem was written back under that lock: the copies of one set are of one point in time.
 */
const isLockedOnRoot = ({ reason, synced }: ResultLine['filesystems'][number], ...lines: readonly ResultLine[]): boolean =>
  reason === 'root' && synced === true && lines.every(({ application }) => application.quiesced && application.writeLocked === true);

const proveByLines = (pre: ResultLine, post: ResultLine, members: readonly SetMember[], attemptUuid: string): Proof => {
  if (pre.executionId !== attemptUuid || post.executionId !== attemptUuid) return crash('result-of-another');
  if (pre.bootId !== post.bootId) return crash('rebooted');
  if (post.thawedBy === 'auto-thaw') return crash('auto-thawed');
  if (pre.result !== 'held' || post.result !== 'released' || post.thawedBy !== 'post') return crash('not-held');
  if (post.filesystems.length === 0 || !post.filesystems.every((filesystem) => filesystem.held || isLockedOnRoot(filesystem, pre, post)))
    return crash('not-covered');
  const inSet = new Set(members.map((member) => member.volumeId));
  if (post.filesystems.some((filesystem) => filesystem.volumes.some((volume) => !inSet.has(volume)))) return crash('volume-not-in-set');
  if (post.filesystems.some((filesystem) => filesystem.volumes.length === 0)) return reported('volumes-unknown');
  return { consistency: 'application', reason: 'proven' };
};
