import type { Policy, Schedule } from '../../../lambda/core/policy/policy-schema';
import { TAG } from '../../../lambda/core/snapshot-tags';
import type { Account, Snapshot } from './account';

export const DAY_MS = 86_400_000;

/** A set as the world made it: what retention must find out from tags and states is known here. */
export interface MadeSet {
  readonly policyId: string;
  readonly instanceId: string;
  /** Names of the schedules that made it. */
  readonly schedules: readonly string[];
  readonly snapshotIds: readonly string[];
  readonly startedAt: number;
  /** When its ages are over, by the rules of the day on which it was made. */
  readonly expiresAt: number;
  readonly proven: boolean;
  /** Its verdict was told. */
  closed: boolean;
  /** Somebody else took a member away. */
  damaged: boolean;
  /** Somebody else made another of a member, with all its tags. */
  copied: boolean;
  /** Retention has marked it, when it might be deleted. */
  marked: boolean;
  /** Retention has deleted a member. */
  begun: boolean;
}

/** Why an instance's sets are managed or not. */
const standingOf = (account: Account, { instanceId, policyId }: MadeSet): 'target' | 'not-a-target' | 'gone' => {
  const instance = account.instances.get(instanceId);
  if (instance === undefined || instance.state === 'terminated') return 'gone';
  return instance.tags.get('Backup') === policyId ? 'target' : 'not-a-target';
};

const targetOf = ({ policyId, instanceId }: MadeSet): string => `${policyId} ${instanceId}`;

/** What retention promises, held against the truth: independent of how it decides. */
export class Promises {
  readonly broken: string[] = [];
  made = 0;
  private calm = false;
  deleted = 0;
  private readonly proven = new Set<string>();
  private readonly bySnapshot = new Map<string, MadeSet>();
  /** By target: the sets of which something is left. */
  private readonly present = new Map<string, Set<MadeSet>>();

  constructor(private readonly account: Account) {
    account.beforeMark = (snapshots) => this.checkMark(snapshots);
    account.beforeDeletion = (snapshot) => this.checkDeletion(snapshot);
  }

  add(set: MadeSet): void {
    this.made += 1;
    for (const id of set.snapshotIds) this.bySnapshot.set(id, set);
    this.present.set(targetOf(set), (this.present.get(targetOf(set)) ?? new Set()).add(set));
  }

  of = (snapshotId: string): MadeSet | undefined => this.bySnapshot.get(snapshotId);

  all = (): readonly MadeSet[] => [...this.present.values()].flatMap((sets) => [...sets]);

  private sameTarget = (set: MadeSet): readonly MadeSet[] => [...(this.present.get(targetOf(set)) ?? [])];

  members = ({ snapshotIds }: MadeSet): readonly Snapshot[] => snapshotIds.flatMap((id) => this.account.snapshots.get(id) ?? []);

  /** A set to restore from. */
  isGood(set: MadeSet): boolean {
    const members = this.members(set);
    return set.closed && !set.begun && members.length === set.snapshotIds.length && members.every(({ state }) => state === 'completed');
  }

  /** EC2 could not complete it: nothing to keep. */
  private hasFailed(set: MadeSet): boolean {
    return set.closed && this.members(set).some(({ state }) => state === 'error');
  }

  /** Whether retention counts it, too: not what looks odd, nor sets of a schedule that is gone. Promises count what is there. */
  private counts(set: MadeSet): boolean {
    const names = this.account.policies.get(set.policyId)?.Schedules.map(({ Name }) => Name) ?? [];
    return this.isGood(set) && (!this.calm || (!set.copied && set.schedules.every((name) => names.includes(name))));
  }

  private volumesOf(set: MadeSet): readonly string[] {
    return this.members(set).map(({ volumeId }) => volumeId);
  }

  private newerGood(set: MadeSet, schedule: string, volumeId: string): number {
    return this.sameTarget(set).filter(
      (other) =>
        other.startedAt > set.startedAt &&
        other.schedules.includes(schedule) &&
        this.counts(other) &&
        this.volumesOf(other).includes(volumeId),
    ).length;
  }

  /** Why a schedule still needs a set; undefined: it does not. */
  private need(set: MadeSet, schedule: Schedule): string | undefined {
    const { Count, Interval } = schedule.RetainRule ?? {};
    const fewest = Math.min(...this.volumesOf(set).map((volumeId) => this.newerGood(set, schedule.Name, volumeId)));
    if (Count !== undefined && standingOf(this.account, set) === 'gone') return 'by count, of an instance that is gone';
    if (Count !== undefined) return fewest < Count ? `fewer than promised: ${fewest} newer of ${Count}` : undefined;
    if (Interval === undefined) return 'kept for ever';
    if (this.account.now < set.expiresAt) return 'not that old';
    if (fewest < 1) return 'the last of a volume';
    return this.isNewestProven(set) ? 'the last proven one, by age' : undefined;
  }

  private isNewestProven(set: MadeSet): boolean {
    const better = this.sameTarget(set).filter((other) => other.proven && other.startedAt > set.startedAt);
    return set.proven && !better.some((other) => this.counts(other));
  }

  /** Why a set must not be touched; undefined: it may be deleted. */
  why(set: MadeSet, policy: Policy | undefined): string | undefined {
    if (policy === undefined) return 'its policy is gone';
    if (policy.State === 'DISABLED') return 'its policy is disabled';
    if (set.begun || (set.marked && set.damaged)) return undefined;
    if (set.damaged) return 'not a set';
    if (this.hasFailed(set)) return set.copied ? 'not a set' : undefined;
    if (!this.isGood(set)) return 'not a set';
    if (this.members(set).some(({ kept, tier }) => kept || tier === 'archive')) return 'can’t be deleted whole';
    if (standingOf(this.account, set) === 'not-a-target') return 'its instance is no target';
    const schedules = set.schedules.map((name) => policy.Schedules.find(({ Name }) => Name === name));
    const needs = schedules.map((schedule) => (schedule === undefined ? 'its schedule is gone' : this.need(set, schedule)));
    return needs.find((need) => need !== undefined);
  }

  private say(set: MadeSet, what: string): void {
    this.broken.push(`${new Date(this.account.now).toISOString().slice(0, 10)} ${targetOf(set)}: ${what}`);
  }

  private checkMark(snapshots: readonly Snapshot[]): void {
    for (const { id } of snapshots) {
      const set = this.of(id);
      if (set === undefined) return void this.broken.push(`${id} is not ours`);
      const why = this.why(set, this.account.policies.get(set.policyId));
      if (why !== undefined) this.say(set, why);
      set.marked = true;
    }
  }

  private checkDeletion({ id }: Snapshot): void {
    const set = this.of(id);
    if (set === undefined) return void this.broken.push(`${id} is not ours`);
    const why = this.why(set, this.account.policies.get(set.policyId));
    if (why !== undefined) this.say(set, why);
    if (!this.isMarked(set)) this.say(set, 'deleted before all were marked');
    this.deleted += set.begun ? 0 : 1;
    set.begun = true;
    if (this.members(set).length === 1) this.present.get(targetOf(set))?.delete(set);
  }

  private isMarked = (set: MadeSet): boolean => this.members(set).every(({ tags }) => tags.get(TAG.deleting));

  /** What must hold at any time, also where the function has died. */
  checkState(): void {
    for (const set of this.all()) if (set.begun && !this.isMarked(set)) this.say(set, 'half of a set that nobody will finish');
    for (const [target, sets] of this.present)
      if (this.hasLostProof(target, [...sets])) this.broken.push(`${target}: no proven set is left`);
  }

  /** A target that had a proven set, and now has none, though nobody else took one away. For policies that retain by age alone. */
  private hasLostProof(target: string, sets: readonly MadeSet[]): boolean {
    const policy = this.account.policies.get(target.split(' ')[0] ?? '');
    if (policy?.Schedules.some(({ RetainRule }) => RetainRule?.Interval === undefined) ?? true) return false;
    if (sets.some(({ damaged }) => damaged)) this.proven.delete(target);
    else if (sets.some((set) => set.proven && this.isGood(set))) this.proven.add(target);
    else return this.proven.has(target);
    return false;
  }

  /** Its instance was no target any more when it was terminated, which only what was told of its sets remembers. */
  private wasUntagged(set: MadeSet): boolean {
    const snapshots = this.sameTarget(set).flatMap((other) => this.members(other));
    return standingOf(this.account, set) === 'gone' && snapshots.some(({ tags }) => tags.get(TAG.orphan) === 'target-tag-removed');
  }

  /** Sets that should be gone by now. */
  leftOver(): readonly MadeSet[] {
    this.calm = true;
    return this.all().filter(
      (set) =>
        !set.damaged && !set.copied && !this.wasUntagged(set) && this.why(set, this.account.policies.get(set.policyId)) === undefined,
    );
  }
}
