import type { OutgoingEvent } from '../../../lambda/core/event/common';
import type { Member } from '../../../lambda/core/lifecycle/snapshot-set';
import type { Instance } from '../../../lambda/core/plan-targets';
import type { Policy } from '../../../lambda/core/policy/policy-schema';
import { TAG, type Tags } from '../../../lambda/core/snapshot-tags';
import type { Ports, Removed } from '../../../lambda/lifecycle/ports';
import { FakeAccount } from '../../lifecycle/fake-ports';

export interface Snapshot {
  readonly id: string;
  readonly volumeId: string;
  /** Replaced as a whole: whoever has looked keeps what he saw. */
  tags: ReadonlyMap<string, string>;
  readonly startedAt: Date;
  state: 'pending' | 'completed' | 'error';
  tier: 'standard' | 'archive';
  /** Locked, or behind an image. */
  kept: boolean;
}

/** An account on a clock that its owner moves: snapshots, instances, and a lifecycle function that may die at any call. */
export class Account {
  now = Date.parse('2026-01-01T03:00:00Z');
  readonly policies = new Map<string, Policy>();
  readonly instances = new Map<string, Instance>();
  readonly snapshots = new Map<string, Snapshot>();
  private readonly told = new WeakMap<Snapshot, Member>();
  private readonly ofPolicy = new Map<string, Set<Snapshot>>();
  /** Deleted a moment ago and still listed; made a moment ago and not listed yet. */
  readonly ghosts = new Map<string, Snapshot>();
  readonly unseen = new Set<string>();
  readonly events: OutgoingEvent[] = [];
  readonly failures: string[] = [];
  /** Half calls that the function has left to live. */
  fuse = Number.POSITIVE_INFINITY;
  /** DeleteSnapshot's tokens. */
  tokens = Number.POSITIVE_INFINITY;
  remainingMs = 900_000;
  again = 0;
  /** Called before EC2 marks snapshots for their deletion, and before it deletes one. */
  beforeMark: (snapshots: readonly Snapshot[]) => void = () => undefined;
  beforeDeletion: (snapshot: Snapshot) => void = () => undefined;

  readonly ports: Ports = {
    ...new FakeAccount().ports, // for what comes after retention: no policy here has rules for it
    policies: this.policies,
    place: { partition: 'aws', region: 'eu-west-1', accountId: '111122223333' },
    inventory: {
      find: ({ policyId, instanceId }) =>
        this.call(() =>
          this.visible([...(this.ofPolicy.get(policyId) ?? []), ...this.ghostsOf(policyId)])
            .filter(({ tags }) => instanceId === undefined || tags.get(TAG.instanceId) === instanceId)
            .map((snapshot) => this.toMember(snapshot)),
        ),
      ownersOf: (ids) =>
        this.call(() =>
          this.visible(ids.flatMap((id) => this.snapshots.get(id) ?? []))
            .filter(({ tags }) => tags.has(TAG.policyId))
            .map(({ tags }) => ({ policyId: tags.get(TAG.policyId) ?? '', instanceId: tags.get(TAG.instanceId) })),
        ),
      policyIds: () => this.call(() => [...this.ofPolicy].flatMap(([id, { size }]) => (id === '' || size === 0 ? [] : [id]))),
      tag: (members, tags) => this.call(() => this.tag(members, tags)),
    },
    deletion: {
      findKeeper: (members) => this.call(() => this.keeperOf(members)),
      pace: async () => undefined,
      remove: ({ snapshotId }) => this.call(() => this.remove(snapshotId)),
    },
    findInstances: (ids) => this.call(() => [...this.instances.values()].filter(({ id }) => ids.includes(id))),
    publish: (events) => this.call(() => void this.events.push(...events)),
    recordMetrics: () => undefined,
    log: () => undefined,
    now: () => new Date(this.now),
    sleep: async () => undefined,
    remainingMs: () => this.remainingMs,
    again: () =>
      this.call(() => {
        this.again += 1;
      }),
    failed: (what, _fields, error) => {
      if (this.fuse > 0) this.failures.push(`${what}: ${String(error)}`);
    },
  };

  /** A snapshot is there from now on. Which policy it is of, its tag says. */
  put(snapshot: Snapshot): void {
    const policyId = snapshot.tags.get(TAG.policyId) ?? '';
    this.snapshots.set(snapshot.id, snapshot);
    this.ofPolicy.set(policyId, (this.ofPolicy.get(policyId) ?? new Set()).add(snapshot));
  }

  /** And from now on it is not. */
  take(snapshot: Snapshot): void {
    this.snapshots.delete(snapshot.id);
    this.ofPolicy.get(snapshot.tags.get(TAG.policyId) ?? '')?.delete(snapshot);
  }

  /** Most snapshots are looked at many times between two changes. */
  private toMember(snapshot: Snapshot): Member {
    const known = this.told.get(snapshot);
    if (known?.tags === snapshot.tags && known.state === snapshot.state && known.tier === snapshot.tier) return known;
    const member = toMember(snapshot);
    this.told.set(snapshot, member);
    return member;
  }

  private visible = (snapshots: readonly Snapshot[]): readonly Snapshot[] => snapshots.filter(({ id }) => !this.unseen.has(id));

  private ghostsOf = (policyId: string): readonly Snapshot[] =>
    [...this.ghosts.values()].filter(({ tags }) => tags.get(TAG.policyId) === policyId);

  /** The function dies before it acts, or after and before it learns of it. */
  private async call<T>(act: () => T): Promise<T> {
    this.burn();
    const result = act();
    this.burn();
    return result;
  }

  private burn(): void {
    this.fuse -= 1;
    if (this.fuse <= 0) throw new Error('the function is dead');
  }

  private tag(members: readonly Member[], tags: Tags): void {
    const snapshots = members.flatMap(({ snapshotId }) => this.snapshots.get(snapshotId) ?? []);
    if (snapshots.length < members.length) throw new Error('InvalidSnapshot.NotFound');
    if (tags[TAG.deleting]) this.beforeMark(snapshots);
    for (const snapshot of snapshots) {
      snapshot.tags = new Map([...snapshot.tags, ...Object.entries(tags)]);
    }
  }

  private keeperOf(members: readonly Member[]) {
    const kept = members.find(({ snapshotId }) => this.snapshots.get(snapshotId)?.kept);
    if (kept !== undefined) return { reason: 'locked', detail: kept.snapshotId } as const;
    const archived = members.find(({ tier }) => tier === 'archive');
    return archived === undefined ? undefined : ({ reason: 'archived', detail: archived.snapshotId } as const);
  }

  private remove(id: string): Removed {
    const snapshot = this.snapshots.get(id);
    if (snapshot === undefined) return { kind: 'deleted' };
    this.tokens -= 1;
    if (this.tokens < 0) return { kind: 'throttled' };
    if (snapshot.kept) return { kind: 'refused', code: 'InvalidSnapshot.InUse', message: '' };
    this.beforeDeletion(snapshot);
    this.take(snapshot);
    this.ghosts.set(id, { ...snapshot });
    return { kind: 'deleted' };
  }
}

/** As EC2 tells of it. */
const toMember = ({ id, volumeId, tags, startedAt, state, tier }: Snapshot): Member => {
  const tag = (key: string): string => tags.get(key) ?? '';
  return {
    snapshotId: id,
    volumeId,
    instanceId: tag(TAG.instanceId),
    executionId: tag(TAG.executionId),
    attempt: tag(TAG.attempt),
    consistency: tag(TAG.consistency),
    reason: tag(TAG.reason),
    state,
    stateMessage: '',
    startedAt,
    completedAt: undefined,
    tags,
    sizeGiB: 1,
    encrypted: false,
    keyId: undefined,
    tier,
  };
};
