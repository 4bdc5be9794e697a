import fc from 'fast-check';
import { countIncident } from '../../lambda/brakes/count-incident';
import { brakeDetailSchema } from '../../lambda/core/event/brake-event';
import { placeOf } from '../../lambda/core/event/common';
import { MemoryBrakes } from '../support/memory-brakes';

const place = placeOf('arn:aws:stillpoint:eu-west-1:111122223333:policy/');
const NOW = new Date('2026-11-21T03:00:00.000Z');

const count = (table: Parameters<typeof countIncident>[0], executionId: string, pauseAfter: number) =>
  countIncident(table, { place, policyId: 'nightly', executionId }, pauseAfter, NOW);

test('of incidents at once, however often each is delivered, exactly one pauses the policy and tells, once there are enough', async () => {
  const ids = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), ids, fc.integer({ min: 1, max: 4 }), async (scheduler, delivered, pauseAfter) => {
      const table = new MemoryBrakes();
      const turn = <T>(call: () => Promise<T>): Promise<T> => scheduler.schedule(Promise.resolve()).then(call);
      const shared = {
        addIncident: (...args: Parameters<MemoryBrakes['addIncident']>) => turn(() => table.addIncident(...args)),
        pause: (...args: Parameters<MemoryBrakes['pause']>) => turn(() => table.pause(...args)),
      };
      const told = (await scheduler.waitFor(Promise.all(delivered.map((id) => count(shared, id, pauseAfter))))).filter(
        (event) => event !== undefined,
      );
      const tellers = new Set(told.map(({ detail }) => brakeDetailSchema.parse(detail).execution_id));
      const enough = new Set(delivered).size >= pauseAfter;
      expect(tellers.size).toBe(enough ? 1 : 0);
      expect((await table.policy('nightly')).pause !== undefined).toBe(enough);
    }),
  );
});

test('the execution that paused the policy tells it again when it is delivered again', async () => {
  const table = new MemoryBrakes();
  expect(await count(table, 'a', 2)).toBeUndefined();
  const first = await count(table, 'b', 2);
  expect(first?.detail).toMatchObject({ brake: 'policy-pause', result: 'set', execution_id: 'b', executions: ['a', 'b'] });
  expect(await count(table, 'b', 2)).toEqual(first);
  expect(await count(table, 'c', 2)).toBeUndefined();
});

test('where a policy is never paused nothing is kept', async () => {
  const table = new MemoryBrakes();
  expect(await count(table, 'a', 0)).toBeUndefined();
  expect(table.policies.size).toBe(0);
});
