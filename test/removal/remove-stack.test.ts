import { BRAKE_DETAIL_TYPE } from '../../lambda/core/event/brake-event';
import { REMOVED_DETAIL_TYPE } from '../../lambda/core/event/removed-event';
import { removeStack } from '../../lambda/removal/remove-stack';
import { FakeWorld } from './ports';

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});

const types = (): readonly string[] => world.events.map(({ detailType }) => detailType);
const snapshot = (policyId: string, set: string, sizeGiB: number, minute: number) => ({
  ...{ snapshotId: `snap-${set}-${sizeGiB}`, policyId, set, sizeGiB, startedAt: new Date(Date.UTC(2026, 10, 21, 3, minute)) },
});

describe('a stack that is removed', () => {
  it('lets nothing begin, believes after a while that all is quiet, and tells that it is gone', async () => {
    expect(await removeStack(world.ports())).toEqual({ ok: true });
    expect(world.brakes.stop).toMatchObject({ removing: true });
    expect(world.elapsed).toBe(60_000);
    expect(types()).toEqual([BRAKE_DETAIL_TYPE, REMOVED_DETAIL_TYPE]);
  });

  it('turns a person’s switch, which would hold what is queued for ever, into its own', async () => {
    await world.brakes.setStopSwitch({ since: world.now, reason: 'a drill' });
    expect(await removeStack(world.ports())).toEqual({ ok: true });
    expect(world.brakes.stop).toMatchObject({ removing: true });
  });

  it('waits for what is under way and what is queued, and again a while after the last of it', async () => {
    await world.enter('a');
    world.messages = 3;
    world.at.push([100_000, () => world.brakes.leave('a')], [200_000, () => (world.messages = 0)], [240_000, () => (world.messages = 1)]);
    world.at.push([260_000, () => (world.messages = 0)]);
    expect(await removeStack(world.ports())).toEqual({ ok: true });
    expect(world.elapsed).toBe(320_000);
  });

  it('stays where an execution does not end, and names it; the next try tells no switch again', async () => {
    await world.enter('nightly@2026-11-21T03:00Z/i-1', 'now', 3_600_000);
    const result = await removeStack(world.ports());
    expect(result).toMatchObject({ ok: false, reason: expect.stringContaining('nightly@2026-11-21T03:00Z/i-1') });
    expect(world.elapsed).toBeLessThan(900_000);
    await world.brakes.leave('nightly@2026-11-21T03:00Z/i-1');
    world.elapsed = 0;
    expect(await removeStack(world.ports())).toEqual({ ok: true });
    expect(types()).toEqual([BRAKE_DETAIL_TYPE, REMOVED_DETAIL_TYPE]);
  });

  it('stays where a message does not go, also of an execution that nobody knows by name', async () => {
    world.messages = 1;
    expect(await removeStack(world.ports())).toMatchObject({ ok: false, reason: expect.stringContaining('messages: 1') });
  });

  it('names ten executions of many', async () => {
    for (let number = 1; number <= 12; number++) await world.enter(`run/i-${number}`, 'now', 3_600_000);
    const result = await removeStack(world.ports());
    expect(result).toMatchObject({ reason: expect.stringContaining('run/i-10 and 2 more') });
    expect(result).not.toMatchObject({ reason: expect.stringContaining('run/i-11') });
  });

  it('tells what stays by policy, with the commands that list and delete it', async () => {
    world.snapshots = [
      snapshot('weekly', 'w 1', 100, 1),
      snapshot('nightly', 'n1 1', 8, 1),
      snapshot('nightly', 'n1 1', 20, 1),
      snapshot('nightly', 'n2 1', 8, 5),
    ];
    await removeStack(world.ports());
    expect(world.events.at(-1)?.detail).toMatchObject({
      snapshots: 4,
      size_gib: 136,
      policies: [
        { policy_id: expect.stringMatching(/nightly$/), sets: 2, snapshots: 3, size_gib: 36, newest: '2026-11-21T03:05:00.000Z' },
        { policy_id: expect.stringMatching(/weekly$/), sets: 1, snapshots: 1, size_gib: 100 },
      ],
      list: expect.stringContaining(
        'describe-snapshots --region eu-west-1 --owner-ids self --filters Name=tag-key,Values=stillpoint:policy-id',
      ),
      delete: expect.stringContaining('xargs -n 1 aws ec2 delete-snapshot'),
    });
  });
});
