import { removeRights } from '../../lambda/removal/remove-rights';
import { FakeWorld } from './ports';

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});

describe('rights that a deployment replaces', () => {
  it('go after a while where nothing began under them: a worker may be about to enter its execution', async () => {
    await world.enter('a', 'new');
    await removeRights(world.ports(), 'old');
    expect(world.elapsed).toBe(60_000);
  });

  it('stay until the last execution that began under them has left', async () => {
    await world.enter('a', 'old');
    await world.enter('b', 'old');
    world.at.push([20_000, () => world.brakes.leave('a')], [40_000, () => world.brakes.leave('b')]);
    await removeRights(world.ports(), 'old');
    expect(world.elapsed).toBe(100_000);
  });

  it('stay for one that enters within that while', async () => {
    world.at.push([50_000, () => world.enter('a', 'old')], [200_000, () => world.brakes.leave('a')]);
    await removeRights(world.ports(), 'old');
    expect(world.elapsed).toBe(260_000);
  });

  it('go when an execution goes on under the new ones', async () => {
    await world.enter('a', 'old');
    world.at.push([30_000, () => world.enter('a', 'new')]);
    await removeRights(world.ports(), 'old');
    expect(world.elapsed).toBe(90_000);
  });

  it('wait for the entry of a worker that died to expire', async () => {
    await world.enter('a', 'old', 100_000);
    await removeRights(world.ports(), 'old');
    expect(world.elapsed).toBe(160_000);
  });

  it('go in the end, rather than keep the stack from being deleted for ever, and the executions are named', async () => {
    await world.enter('nightly@2026-11-21T03:00Z/i-1', 'old', 3_600_000);
    await removeRights(world.ports(), 'old');
    expect(world.elapsed).toBeGreaterThan(860_000);
    expect(world.logged).toEqual([expect.stringMatching(/^warn .*nightly@2026-11-21T03:00Z\/i-1/)]);
  });
});
