import type { OutgoingEvent } from '../../lambda/core/event/common';
import type { Member } from '../../lambda/core/lifecycle/snapshot-set';
import type { Tags } from '../../lambda/core/snapshot-tags';
import type { Copies } from '../../lambda/lifecycle/copy-ports';
import type { Owner, Ports, Scope } from '../../lambda/lifecycle/ports';
import { AT, member } from '../unit/lifecycle/sets';

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
  private looks = 0;

  /** Copies in other regions: a test gives them answers of its own. */
  readonly copies: Copies = {
    find: async () => [],
    pending: async () => 0,
    begin: async () => ({ kind: 'unclear' }),
    tag: async (region, copies, tags) =>
      this.did(`tag in ${region} ${copies.map(({ snapshotId }) => snapshotId).join(' ')}: ${Object.keys(tags).join(' ')}`),
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
      tag: async (members, tags) => {
        const ids = members.map(({ snapshotId }) => snapshotId);
        this.did(`tag ${ids.join(' ')}: ${Object.keys(tags).join(' ')}`);
        this.retag(tags, ...ids);
      },
    },
    copies: this.copies,
    publish: async (events) => {
      this.did(`publish ${events.map(({ detailType }) => detailType).join()}`);
      this.events.push(...events);
    },
    recordMetrics: (_policyId, values) => void this.metrics.push(values),
    log: () => undefined,
    now: () => AT,
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

  private did(call: string): void {
    this.onCall(call);
    this.done.push(call);
  }
}

const belongsTo = ({ tags, instanceId }: Member, owner: Owner): boolean =>
  tags.get('stillpoint:policy-id') === owner.policyId && (owner.instanceId === undefined || owner.instanceId === instanceId);
