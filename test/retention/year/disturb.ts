import { TAG } from '../../../lambda/core/snapshot-tags';
import { POLICIES } from './policies';
import { launch, type World } from './world';

const anySnapshot = ({ account, chance }: World) => chance.pick([...account.snapshots.values()]);
const anyInstance = ({ account, chance }: World) => chance.pick([...account.instances.values()].filter(({ state }) => state === 'running'));
const anyPolicy = ({ chance, policies }: World) => chance.pick(policies) ?? '';

/** What people, other services and time do to an account. */
const TROUBLES: readonly ((world: World) => void)[] = [
  function attachVolume(world) {
    const { id = '' } = anyInstance(world) ?? {};
    const volumes = world.volumes.get(id) ?? [];
    if (volumes.length < 4) world.volumes.set(id, [...volumes, `vol-${world.next()}`]);
  },
  function detachVolume(world) {
    const { id = '' } = anyInstance(world) ?? {};
    const volumes = world.volumes.get(id) ?? [];
    if (volumes.length > 1)
      world.volumes.set(
        id,
        volumes.filter((_, index) => index !== volumes.length - 1),
      );
  },
  function terminate(world) {
    const instance = anyInstance(world);
    if (instance === undefined) return;
    world.account.instances.delete(instance.id);
    if (world.chance.of(0.5)) world.account.instances.set(instance.id, { ...instance, state: 'terminated', tags: new Map() });
    launch(world, `i-${world.next()}`, instance.tags.get('Backup') ?? '');
  },
  function untag(world) {
    const instance = anyInstance(world);
    if (instance !== undefined) world.account.instances.set(instance.id, { ...instance, tags: new Map([['Backup', 'no more']]) });
  },
  function tagAgain(world) {
    const { account } = world;
    for (const instance of account.instances.values()) {
      const owner = world.promises.all().find(({ instanceId }) => instanceId === instance.id)?.policyId;
      if (owner !== undefined && instance.state === 'running')
        account.instances.set(instance.id, { ...instance, tags: new Map([['Backup', owner]]) });
    }
  },
  function lock(world) {
    const snapshot = anySnapshot(world);
    if (snapshot !== undefined) snapshot.kept = true;
  },
  function archive(world) {
    const snapshot = anySnapshot(world);
    if (snapshot !== undefined) snapshot.tier = 'archive';
  },
  function unlock({ account }) {
    for (const snapshot of account.snapshots.values()) Object.assign(snapshot, { kept: false, tier: 'standard' });
  },
  function bin(world) {
    const snapshot = anySnapshot(world);
    const set = snapshot && world.promises.of(snapshot.id);
    if (snapshot === undefined || set === undefined) return;
    world.account.take(snapshot);
    set.damaged = true;
  },
  function copyByHand(world) {
    const snapshot = anySnapshot(world);
    const set = snapshot && world.promises.of(snapshot.id);
    if (snapshot === undefined || set === undefined || set.marked) return; // a copy with the mark on it is asking for it
    const id = `snap-copy-${world.next()}`;
    world.account.put({ ...snapshot, id, volumeId: 'vol-ffffffff', kept: false });
    set.copied = true;
  },
  function makeForeign(world) {
    const id = `snap-foreign-${world.next()}`;
    const tags = new Map(world.chance.of(0.5) ? [[TAG.policyId, anyPolicy(world)] as const] : []);
    const made = { id, tags, startedAt: new Date(0), state: 'completed', tier: 'standard', kept: false } as const;
    world.account.put({ ...made, volumeId: world.chance.pick([...world.volumes.values()].flat()) ?? '' });
  },
  function dropPolicy(world) {
    world.account.policies.delete(anyPolicy(world));
  },
  function disablePolicy(world) {
    const id = anyPolicy(world);
    const policy = world.account.policies.get(id);
    if (policy !== undefined) world.account.policies.set(id, { ...policy, State: 'DISABLED' });
  },
  function renameSchedule(world) {
    const id = anyPolicy(world);
    const policy = world.account.policies.get(id);
    const [first, ...others] = policy?.Schedules ?? [];
    if (policy === undefined || first === undefined) return;
    world.account.policies.set(id, { ...policy, Schedules: [{ ...first, Name: `${first.Name} again` }, ...others] });
  },
  function restorePolicies({ account, policies }) {
    for (const [id, policy] of POLICIES) if (policies.includes(id)) account.policies.set(id, policy);
  },
  function changeCount(world) {
    const id = anyPolicy(world);
    const policy = world.account.policies.get(id);
    if (policy === undefined) return;
    const Schedules = policy.Schedules.map((schedule) =>
      schedule.RetainRule?.Count === undefined ? schedule : { ...schedule, RetainRule: { Count: 1 + world.chance.below(5) } },
    );
    world.account.policies.set(id, { ...policy, Schedules });
  },
  function listLate({ account, chance }) {
    for (const { id } of account.snapshots.values()) if (chance.of(0.05)) account.unseen.add(id);
  },
  function listDeleted({ account, promises }) {
    for (const set of promises.all().filter(({ begun }) => begun)) {
      const tags = new Map([
        [TAG.policyId, set.policyId],
        [TAG.instanceId, set.instanceId],
      ]);
      for (const id of set.snapshotIds) {
        const ghost = {
          id,
          volumeId: 'vol-gone',
          tags,
          startedAt: new Date(set.startedAt),
          state: 'completed',
          tier: 'standard',
          kept: false,
        } as const;
        account.ghosts.set(id, ghost);
      }
    }
  },
];

export const disturb = (world: World): void => world.chance.pick(TROUBLES)?.(world);
