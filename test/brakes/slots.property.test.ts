import fc from 'fast-check';
import { freeSlots, takeSlots } from '../../lambda/brakes/freeze-slots';
import type { FreezeLimit } from '../../lambda/core/brakes/slots';
import { MemoryBrakes } from '../support/memory-brakes';

jest.setTimeout(300_000); // much to compute

const SLOT_MS = 100;
const POLICY: FreezeLimit['scope'] = { policyId: 'nightly' };

/** What one execution does, a turn each: tries for its slots, freezes for some turns, then gives back or dies. */
interface Life {
  readonly ofPolicy: boolean;
  readonly turns: number;
  readonly dies: boolean;
}

const life = fc.record<Life>({ ofPolicy: fc.boolean(), turns: fc.integer({ min: 0, max: 4 }), dies: fc.boolean() });

interface Holding {
  readonly ofPolicy: boolean;
  readonly until: number;
}

test('there are never more freezes at once than a limit allows, whoever is interrupted, dies or expires, in whatever order', async () => {
  let full = 0;
  let together = 0;
  const lives = fc.array(life, { minLength: 1, maxLength: 6 });
  const limits = fc.record({ policy: fc.integer({ min: 1, max: 3 }), account: fc.integer({ min: 1, max: 3 }) });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), lives, limits, async (scheduler, all, maximum) => {
      const table = new MemoryBrakes();
      const turn = <T>(call: () => Promise<T>): Promise<T> => scheduler.schedule(Promise.resolve()).then(call);
      const shared = {
        slots: (scope: FreezeLimit['scope']) => turn(() => table.slots(scope)),
        takeSlot: (...args: Parameters<MemoryBrakes['takeSlot']>) => turn(() => table.takeSlot(...args)),
        freeSlot: (...args: Parameters<MemoryBrakes['freeSlot']>) => turn(() => table.freeSlot(...args)),
      };
      let now = 0;
      const holding = new Map<string, Holding>();
      const check = (): void => {
        const live = [...holding.values()].filter(({ until }) => until > now);
        together = Math.max(together, live.length);
        expect(live.length).toBeLessThanOrEqual(maximum.account);
        expect(live.filter(({ ofPolicy }) => ofPolicy).length).toBeLessThanOrEqual(maximum.policy);
      };
      const live = async ({ ofPolicy, turns, dies }: Life, id: string): Promise<void> => {
        const ours: FreezeLimit[] = [
          ...(ofPolicy ? [{ scope: POLICY, maximum: maximum.policy }] : []),
          { scope: 'account', maximum: maximum.account },
        ];
        const asked = now;
        const until = asked + SLOT_MS;
        const fullLimit = await takeSlots(shared, ours, { executionId: id, expires: new Date(until) }, new Date(asked), () => 0.5);
        if (fullLimit !== undefined) {
          full++;
          return;
        }
        holding.set(id, { ofPolicy, until });
        check();
        for (let passed = 0; passed < turns; passed++) await turn(async () => check());
        if (dies) return;
        holding.delete(id);
        await freeSlots(shared, ours, id);
      };
      const time = async (): Promise<void> => {
        for (let passed = 0; passed < 8; passed++)
          await turn(async () => {
            now += SLOT_MS / 4;
          });
      };
      const running = [...all.map((one, index) => live(one, `e${index}`)), time()];
      await scheduler.waitFor(Promise.all(running));
    }),
    { numRuns: 1_000 },
  );
  expect(full).toBeGreaterThan(100); // else nothing was contended
  expect(together).toBeGreaterThan(1);
});

test('an execution that finds one limit full keeps no slot of the other', async () => {
  const table = new MemoryBrakes();
  const now = new Date(0);
  const limits: FreezeLimit[] = [
    { scope: POLICY, maximum: 1 },
    { scope: 'account', maximum: 1 },
  ];
  const expires = new Date(SLOT_MS);
  expect(await takeSlots(table, limits.slice(1), { executionId: 'other', expires }, now)).toBeUndefined();
  expect(await takeSlots(table, limits, { executionId: 'me', expires }, now)).toEqual(limits[1]);
  expect(await table.slots(POLICY)).toEqual([]);
});
