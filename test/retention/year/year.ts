import type { Request } from '../../../lambda/core/lifecycle/request';
import type { Policy } from '../../../lambda/core/policy/policy-schema';
import { creationTags, verdictTags } from '../../../lambda/core/snapshot-tags';
import { findScopes } from '../../../lambda/lifecycle/find-scopes';
import { lookAfter } from '../../../lambda/lifecycle/look-after';
import { Account } from './account';
import { Chance } from './chance';
import { disturb } from './disturb';
import { isDue, POLICIES } from './policies';
import { DAY_MS, type MadeSet, Promises } from './promises';
import { launch, type Volumes, type World } from './world';

const UNITS = { DAYS: DAY_MS, WEEKS: 7 * DAY_MS };

export interface YearOptions {
  readonly seed: number;
  readonly days: number;
  readonly policies: readonly string[];
  /** How often something goes wrong, 0 to 1. */
  readonly trouble: number;
}

const openWorld = ({ seed, policies, trouble }: YearOptions): World => {
  let number = 0;
  const account = new Account();
  const volumes: Volumes = new Map();
  for (const name of policies) {
    const policy = POLICIES.get(name);
    if (policy !== undefined) account.policies.set(name, policy);
    for (const one of trouble > 0 ? [1, 2] : [1]) launch({ account, volumes }, `i-${name}-${one}`, name);
  }
  const next = (): number => {
    number += 1;
    return number;
  };
  return { account, promises: new Promises(account), chance: new Chance(seed), policies, volumes, next };
};

/** What the planner and the worker do: a set of all volumes, pending, with the tags of its making. */
const makeSet = (
  { account, promises, chance, volumes, next }: World,
  policyId: string,
  policy: Policy,
  instanceId: string,
  due: readonly string[],
): MadeSet => {
  const rules = policy.Schedules.filter(({ Name }) => due.includes(Name)).map(({ RetainRule }) => RetainRule);
  const ages = rules.flatMap((rule) =>
    rule?.Interval === undefined ? [] : [rule.Interval * (rule.IntervalUnit === 'WEEKS' ? UNITS.WEEKS : UNITS.DAYS)],
  );
  const expiresAt = account.now + Math.max(0, ...ages);
  const executionId = `${policyId}@${account.now}/${instanceId}`;
  const tags = creationTags({
    ...{ policyId, schedules: due, executionId, instanceId, attempt: 1, preScript: undefined, tags: [], afterPreScript: true },
    expires: ages.length === 0 ? undefined : new Date(expiresAt),
  });
  const snapshotIds = (volumes.get(instanceId) ?? []).map((volumeId) => {
    const id = `snap-${next()}`;
    const snapshot = {
      id,
      volumeId,
      tags: new Map(Object.entries(tags)),
      startedAt: new Date(account.now),
      tier: 'standard',
      kept: false,
    } as const;
    account.put({ ...snapshot, state: 'pending' });
    return id;
  });
  const proven = chance.of(0.6);
  const set: MadeSet = {
    ...{ policyId, instanceId, schedules: due, snapshotIds, startedAt: account.now, expiresAt, proven },
    ...{ closed: false, damaged: false, copied: false, marked: false, begun: false },
  };
  promises.add(set);
  return set;
};

const complete = ({ promises, chance }: World, set: MadeSet, trouble: number): void => {
  const failed = chance.of(trouble / 4);
  for (const member of promises.members(set)) member.state = 'completed';
  const [first] = promises.members(set);
  if (failed && first !== undefined) first.state = 'error';
};

const close = ({ promises }: World, set: MadeSet): void => {
  const members = set.snapshotIds.map((snapshotId) => ({ snapshotId, volumeId: '' }));
  const tags = verdictTags({
    members,
    consistency: set.proven ? 'application' : 'crash',
    reason: set.proven ? 'proven' : 'not-held',
    postScript: 'SUCCESS',
  });
  for (const member of promises.members(set)) member.tags = new Map([...member.tags, ...Object.entries(tags)]);
  set.closed = true;
};

/** The function with one message: it may die anywhere, and the message may come again. */
const handle = async ({ account, promises, chance }: World, trouble: number, request: Request): Promise<void> => {
  const dies = chance.of(trouble / 2);
  account.fuse = dies ? 1 + chance.below(60) : Number.POSITIVE_INFINITY;
  account.tokens = chance.of(trouble) ? chance.below(6) : Number.POSITIVE_INFINITY;
  const times = dies || chance.of(trouble) ? 2 : 1;
  for (let time = 0; time < times; time += 1) {
    await findScopes(account.ports, [{ request, messageId: '1' }])
      .then((scopes) => lookAfter(account.ports, scopes))
      .catch(() => undefined);
    promises.checkState();
    if (dies && chance.of(0.3)) return; // the message is lost: the sweep finds what was left
    account.fuse = Number.POSITIVE_INFINITY;
  }
};

const runTarget = async (world: World, day: number, policyId: string, instanceId: string, trouble: number): Promise<void> => {
  const { account, chance } = world;
  const policy = account.policies.get(policyId);
  const due = policy?.Schedules.map(({ Name }) => Name).filter((name) => isDue(name.replace(/ .*/, ''), day)) ?? [];
  if (policy === undefined || policy.State === 'DISABLED' || due.length === 0) return;
  const set = makeSet(world, policyId, policy, instanceId, due);
  const closed: Request = { kind: 'closed', policyId, instanceId, executionId: `${policyId}@${account.now}/${instanceId}`, made: true };
  const steps = [
    async () => {
      if (chance.of(trouble / 4)) return; // the worker died: no verdict
      close(world, set);
      await handle(world, trouble, closed);
    },
    async () => {
      complete(world, set, trouble);
      await handle(world, trouble, { kind: 'completed', snapshotIds: set.snapshotIds });
    },
  ];
  for (const step of chance.of(0.5) ? steps : steps.reverse()) await step();
};

const liveDay = async (world: World, day: number, trouble: number): Promise<void> => {
  const { account, chance } = world;
  account.now = Date.parse('2026-01-01T03:00:00Z') + day * DAY_MS;
  account.ghosts.clear();
  account.unseen.clear();
  for (const { id, state, tags } of [...account.instances.values()]) {
    if (state === 'running') await runTarget(world, day, tags.get('Backup') ?? '', id, trouble);
  }
  if (chance.of(trouble)) disturb(world);
  account.now += DAY_MS / 12;
  await handle(world, trouble, { kind: 'all', trigger: 'sweep' });
};

/** Everything works again, and the sweep comes twice. */
const calmDown = async (world: World): Promise<void> => {
  const { account } = world;
  account.ghosts.clear();
  account.unseen.clear();
  for (const snapshot of account.snapshots.values()) Object.assign(snapshot, { kept: false, tier: 'standard' });
  for (let time = 0; time < 2; time += 1) await handle(world, 0, { kind: 'all', trigger: 'sweep' });
};

/** Live through some days. Tells what was promised and not held, and what is left that should be gone. */
export const live = async (options: YearOptions) => {
  const world = openWorld(options);
  for (let day = 0; day < options.days && world.promises.broken.length === 0; day += 1) await liveDay(world, day, options.trouble);
  await calmDown(world);
  const { promises, account } = world;
  const leftOver = promises.leftOver().map((set) => `${set.policyId} ${new Date(set.startedAt).toISOString()}`);
  return { broken: promises.broken, leftOver, failures: account.failures, made: promises.made, deleted: promises.deleted, account };
};
