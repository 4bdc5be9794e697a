import type { Policy } from '../../policy/policy-schema';
import { COPY_TAG } from '../../snapshot-tags';
import { isReady } from '../ready-set';
import { isKept, scheduleTag } from '../retention/kept-set';
import type { Member, SnapshotSet } from '../snapshot-set';
import { type CopyRule, copyExpires, copyRulesOf } from './copy-rules';
import { copyFailures } from './copy-tags';

/** EBS's page on copying: copies that may be under way at once to one region. */
export const COPIES_AT_ONCE = 20;
/** Ours: copies of a snapshot to a region that may fail before nothing more is tried. */
export const COPY_TRIES = 3;
/** Ours: a set that is older is not copied any more, so that a new rule does not copy all that there is. */
export const LATEST_COPY_MS = 7 * 24 * 3_600_000;

/** What there is in a region already. */
export interface CopiesThere {
  readonly region: string;
  /** Copies of the policy's sets. */
  readonly copies: readonly Member[];
  /** Copies under way there, of anybody in the account. */
  readonly pending: number;
}

/** One copy to begin. */
export interface CopyStart {
  readonly set: SnapshotSet;
  readonly member: Member;
  readonly rule: CopyRule;
  readonly expires: Date | undefined;
}

/** Its verdict is confirmed, which the copy takes along; it is whole and to be kept; it can be read: EC2 copies no archived snapshot. */
const isCopied = (set: SnapshotSet): boolean => isReady(set) && isKept(set) && set.members.every(({ tier }) => tier === 'standard');

const isLate = (set: SnapshotSet, expires: Date | undefined, now: Date): boolean =>
  now.getTime() - set.startedAt.getTime() > LATEST_COPY_MS || (expires !== undefined && expires.getTime() <= now.getTime());

const startsOf = (policy: Policy, set: SnapshotSet, { region, copies }: CopiesThere, now: Date): readonly CopyStart[] => {
  const rule = copyRulesOf(policy, scheduleTag(set)).find((one) => one.region === region);
  if (rule === undefined || !isCopied(set)) return [];
  const expires = copyExpires(rule, set.startedAt);
  if (isLate(set, expires, now)) return [];
  const copied = new Set(copies.map(({ tags }) => tags.get(COPY_TAG.sourceSnapshot)));
  return set.members
    .filter(({ snapshotId, tags }) => !copied.has(snapshotId) && copyFailures(tags, region) < COPY_TRIES)
    .map((member) => ({ set, member, rule, expires }));
};

/** The copies to begin in a region now, set by set, the oldest first: as many as it takes. A disabled policy begins none. */
export const copiesToStart = (policy: Policy, sets: readonly SnapshotSet[], there: CopiesThere, now: Date): readonly CopyStart[] =>
  policy.State === 'DISABLED'
    ? []
    : sets.flatMap((set) => startsOf(policy, set, there, now)).slice(0, Math.max(0, COPIES_AT_ONCE - there.pending));

/** What has become of a copy since it was looked at last. `failed`: of no use, to be deleted. */
export const progressOf = ({ state, tags }: Member): 'completed' | 'failed' | undefined => {
  if (state === 'error') return 'failed';
  return state === 'completed' && tags.get(COPY_TAG.copy) === 'pending' ? 'completed' : undefined;
};
