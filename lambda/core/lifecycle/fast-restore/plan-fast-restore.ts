import type { Policy, Schedule } from '../../policy/policy-schema';
import { schedulesOfTag } from '../../schedule-tag';
import { TAG } from '../../snapshot-tags';
import { isReady } from '../ready-set';
import type { Member, SnapshotSet } from '../snapshot-set';
import { type FastRestoreMark, readFastRestoreMark } from './fast-restore-mark';
import { restoredFastUntil, wantedZones } from './fast-restore-rules';

/** Zones in which EC2 has a snapshot switched on now, each by its name and by its id; by snapshot. */
export type SwitchedOn = ReadonlyMap<string, ReadonlySet<string>>;

/** What is to be done about a snapshot: zones by name or id, as the rules have them. */
export interface FastRestoreWork {
  readonly set: SnapshotSet;
  readonly member: Member;
  readonly known: FastRestoreMark;
  /** Where the policy wants it switched on now. */
  readonly wanted: readonly string[];
  /** Switched on already, by an invocation that ended before it could say so. */
  readonly found: readonly string[];
  readonly enable: readonly string[];
  readonly disable: readonly string[];
}

const schedulesOf = (policy: Policy, { members }: SnapshotSet): readonly Schedule[] =>
  schedulesOfTag(members[0]?.tags.get(TAG.scheduleName) ?? '', policy);

/** How many newer sets a schedule has made that hold the volume. */
const rankIn =
  (policy: Policy, sets: readonly SnapshotSet[], { startedAt }: SnapshotSet, { volumeId }: Member) =>
  (schedule: Schedule): number =>
    sets.filter(
      (other) =>
        other.startedAt > startedAt &&
        other.members.some((member) => member.volumeId === volumeId) &&
        isReady(other) &&
        schedulesOf(policy, other).includes(schedule),
    ).length;

/** Whether some of a set is switched on by us, or might be. */
export const isRestoredFast = ({ members }: SnapshotSet): boolean =>
  members.some(({ tags }) => typeof readFastRestoreMark(tags.get(TAG.fastRestore)) === 'object');

/** When the last member was completed. */
const completionOf = ({ members, startedAt }: SnapshotSet): Date =>
  new Date(Math.max(...members.map(({ completedAt = startedAt }) => completedAt.getTime())));

/** A mark that begins now, if it does: by age it counts from the completion. Undefined: there is nothing to do. */
const knownOf = (policy: Policy, set: SnapshotSet, { tags }: Member): FastRestoreMark | undefined => {
  const mark = readFastRestoreMark(tags.get(TAG.fastRestore));
  if (mark === 'settled') return undefined;
  if (mark !== 'pending') return mark;
  if (policy.State === 'DISABLED' || !isReady(set)) return undefined;
  return { zones: [], inVain: [], until: restoredFastUntil(schedulesOf(policy, set), completionOf(set)) };
};

/** All that a policy has of an instance, and when it is looked at. */
export interface FastRestoreFacts {
  readonly policy: Policy;
  readonly sets: readonly SnapshotSet[];
  readonly on: SwitchedOn;
  readonly now: Date;
}

const workOf = ({ policy, sets, on, now }: FastRestoreFacts, set: SnapshotSet, member: Member): FastRestoreWork | undefined => {
  const known = knownOf(policy, set, member);
  if (known === undefined) return undefined;
  const withinAge = known.until === undefined || now < known.until;
  // Before its set is deleted it is switched off: EC2 keeps a snapshot that is switched on.
  const wanted = isReady(set) ? wantedZones(schedulesOf(policy, set), rankIn(policy, sets, set, member), withinAge) : [];
  const isOn = (zone: string): boolean => on.get(member.snapshotId)?.has(zone) ?? false;
  const missing = wanted.filter((zone) => !known.zones.includes(zone)); // what is known and not on, a person has switched off
  return {
    ...{ set, member, known, wanted },
    found: missing.filter(isOn),
    enable: policy.State === 'DISABLED' ? [] : missing.filter((zone) => !isOn(zone)),
    disable: [...known.zones, ...known.inVain].filter((zone) => isOn(zone) && !wanted.includes(zone)),
  };
};

/** What is to be done about each snapshot: the newest sets first, since a Region's quota may not be enough for all. */
export const planFastRestore = (facts: FastRestoreFacts): readonly FastRestoreWork[] =>
  facts.sets
    .toSorted((one, other) => other.startedAt.getTime() - one.startedAt.getTime())
    .flatMap((set) => set.members.flatMap((member) => workOf(facts, set, member) ?? []));

/** The mark after the calls, of which those in the zones `failed` did nothing. */
export const markAfter = ({ known, wanted, found, enable }: FastRestoreWork, failed: readonly string[]): FastRestoreMark => {
  const zones = [...known.zones, ...found, ...enable].filter((zone) => wanted.includes(zone) && !failed.includes(zone));
  const inVain = known.inVain.filter((zone) => wanted.includes(zone) && !zones.includes(zone) && !failed.includes(zone));
  return { zones, inVain: [...inVain, ...failed], until: known.until };
};
