import type { OutgoingEvent } from '../../lambda/core/event/common';
import type { Member } from '../../lambda/core/lifecycle/snapshot-set';
import type { Tags } from '../../lambda/core/snapshot-tags';
import type { Copies } from '../../lambda/lifecycle/copy-ports';
import type { Owner, Ports, Scope } from '../../lambda/lifecycle/ports';
import type { Refusal, SwitchRefusal } from '../../lambda/lifecycle/share-ports';
import { AT, member } from '../unit/lifecycle/sets';

/** A customer managed key of the targets' volumes. */
export const VOLUME_KEY = 'arn:aws:kms:eu-west-1:111122223333:key/ours';

/** An account of snapshots in memory, and what the lifecycle function did to it, in its order. */
export class FakeAccount {
  members: readonly Member[] = [];
  readonly done: string[] = [];
  readonly events: OutgoingEvent[] = [];
  readonly metrics: object[] = [];
  readonly slept: number[] = [];
  readonly again: Scope[] = [];
  remainingMs = 900_000;
  /** Called before each look. */
  onFind: (look: number) => void = () => undefined;
  /** Throws where the call is to fail. */
  onCall: (call: string) => void = () => undefined;
  time = AT;
  /** Accounts by snapshot, and zones in which it is restored fast. */
  readonly shared = new Map<string, Set<string>>();
  readonly fast = new Map<string, Set<string>>();
  /** What EC2 answers instead of doing it, by call or a part of it. */
  readonly refusals = new Map<string, Refusal>();
  private looks = 0;

  /** Copies in other regions: a test gives them answers of its own. */
  readonly copies: Copies = {
    find: async () => [],
    pending: async () => 0,
    begin: async () => ({ kind: 'unclear' }),
    tag: async (region, copies, tags) =>
      this.did(`tag in ${region} ${copies.map(({ snapshotId }) => snapshotId).join(' ')}: ${Object.keys(tags).join(' ')}`),
    findKeeper: async () => undefined,
    delete: async (region, snapshotId) => void this.did(`delete in ${region} ${snapshotId}`),
  };

  readonly ports: Ports = {
    policies: new Map(),
    place: { partition: 'aws', region: 'eu-west-1', accountId: '111122223333' },
    inventory: {
      find: async (owner) => {
        this.looks += 1;
        this.onFind(this.looks);
        this.onCall(`find ${owner.policyId}`);
        return this.members.filter((one) => belongsTo(one, owner));
      },
      ownersOf: async (ids) =>
        this.members
          .filter(({ snapshotId }) => ids.includes(snapshotId))
          .map(({ tags, instanceId }) => ({ policyId: tags.get('stillpoint:policy-id') ?? '', instanceId })),
      policyIds: async () => [...new Set(this.members.map(({ tags }) => tags.get('stillpoint:policy-id') ?? ''))],
      tag: async (members, tags) => {
        const ids = members.map(({ snapshotId }) => snapshotId);
        this.did(`tag ${ids.join(' ')}: ${Object.keys(tags).join(' ')}`);
        this.retag(tags, ...ids);
      },
    },
    copies: this.copies,
    permissions: {
      accounts: async (snapshotId) => [...(this.shared.get(snapshotId) ?? [])],
      add: async (snapshotId, account) => this.permit(`share ${snapshotId} with ${account}`, snapshotId, (have) => have.add(account)),
      remove: async (snapshotId, account) =>
        this.permit(`unshare ${snapshotId} with ${account}`, snapshotId, (have) => have.delete(account)),
    },
    fastRestores: {
      switchedOn: async () => {
        this.did('look at fast restores');
        return new Map([...this.fast].map(([id, zones]) => [id, new Set(zones)]));
      },
      endingNow: async () => new Set(),
      enable: async (ids, zone) => this.switch('enable', ids, zone),
      disable: async (ids, zone) => this.switch('disable', ids, zone),
    },
    volumeKeys: [VOLUME_KEY],
    deletion: {
      findKeeper: async () => undefined,
      pace: async () => undefined,
      remove: async ({ snapshotId }) => {
        this.did(`delete ${snapshotId}`);
        this.members = this.members.filter((one) => one.snapshotId !== snapshotId);
        return { kind: 'deleted' };
      },
    },
    findInstances: async () => [],
    publish: async (events) => {
      this.did(`publish ${events.map(({ detailType }) => detailType).join()}`);
      this.events.push(...events);
    },
    recordMetrics: (_policyId, values) => void this.metrics.push(values),
    log: () => undefined,
    now: () => this.time,
    sleep: async (ms) => void this.slept.push(ms),
    remainingMs: () => this.remainingMs,
    again: async (scope) => void this.again.push(scope),
    failed: (what, fields, error) => void this.done.push(`FAILED ${what} ${JSON.stringify(fields)} ${String(error)}`),
  };

  /** Writes tags as EC2 does; consistency and reason are what they say. */
  retag(tags: Tags, ...ids: readonly string[]): void {
    this.members = this.members.map((one) => {
      if (!ids.includes(one.snapshotId)) return one;
      const all = new Map([...one.tags, ...Object.entries(tags)]);
      const consistency = all.get('stillpoint:consistency') ?? '';
      return member({ ...one, consistency, reason: all.get('stillpoint:reason') ?? '', tags: all });
    });
  }

  private refusalOf(call: string): Refusal | undefined {
    return [...this.refusals].find(([part]) => call.includes(part))?.[1];
  }

  private permit(call: string, snapshotId: string, change: (have: Set<string>) => void): Refusal | undefined {
    this.did(call);
    const refusal = this.refusalOf(call);
    const have = this.shared.get(snapshotId) ?? new Set();
    if (refusal === undefined) change(have);
    this.shared.set(snapshotId, have);
    return refusal;
  }

  private switch(asked: 'enable' | 'disable', ids: readonly string[], zone: string): readonly SwitchRefusal[] {
    this.did(`${asked} ${ids.join(' ')} in ${zone}`);
    return ids.flatMap((snapshotId) => {
      const refusal = this.refusalOf(`${asked} ${snapshotId} in ${zone}`);
      if (refusal !== undefined) return { snapshotId, ...refusal };
      const zones = this.fast.get(snapshotId) ?? new Set();
      if (asked === 'enable') zones.add(zone);
      else zones.delete(zone);
      this.fast.set(snapshotId, zones);
      return [];
    });
  }

  private did(call: string): void {
    this.onCall(call);
    this.done.push(call);
  }
}

const belongsTo = ({ tags, instanceId }: Member, owner: Owner): boolean =>
  tags.get('stillpoint:policy-id') === owner.policyId && (owner.instanceId === undefined || owner.instanceId === instanceId);
