import fc from 'fast-check';
import { notePolicyState } from '../../lambda/brakes/note-policy-state';
import { type OutgoingEvent, placeOf } from '../../lambda/core/event/common';
import { policyStateDetailSchema } from '../../lambda/core/event/policy-state-event';
import type { Sighting } from '../../lambda/core/policy-state/policy-state';
import { MemoryBrakes } from '../support/memory-brakes';

const NOW = new Date('2026-11-21T03:00:00.000Z');
const FAULT = { kind: 'document', handler: 'doc', cause: 'gone' } as const;

/** A policy whose executions note what they saw; `fault` of run 0 or 1. */
const world = (table: Pick<MemoryBrakes, 'state' | 'putState'> = new MemoryBrakes()) => {
  const events: OutgoingEvent[] = [];
  const metrics: unknown[] = [];
  const lines: string[] = [];
  const ports = {
    ...{ table, place: placeOf('arn:aws:stillpoint:eu-west-1:111122223333:policy/') },
    publish: async (told: readonly OutgoingEvent[]) => void events.push(...told),
    recordMetrics: (...recorded: unknown[]) => void metrics.push(recorded),
    log: (_level: string, message: string) => void lines.push(message),
  };
  const note = (run: number, by: string, isFault: boolean) => {
    const seen: Sighting = {
      ...{ due: new Date(NOW.getTime() + run * 3_600_000), by: `${run}/${by}`, at: NOW },
      ...{ fault: isFault ? FAULT : undefined, passed: () => true, repeats: true },
    };
    return notePolicyState(ports, 'nightly', seen);
  };
  return { note, events, metrics, lines, states: () => events.map(({ detail }) => policyStateDetailSchema.parse(detail).state) };
};

test('a fault is told once, and its end once', async () => {
  const { note, states, events, metrics } = world();
  for (const by of ['a', 'b']) await note(0, by, true);
  await note(1, 'a', true);
  await note(2, 'a', false);
  await note(2, 'b', false);
  expect(states()).toEqual(['ERROR', 'ENABLED']);
  expect(events.map(({ detail }) => policyStateDetailSchema.parse(detail).cause)).toEqual(['gone', '']);
  expect(metrics).toHaveLength(3);
});

test('of executions at once, whatever each saw, every change is told once, and a fault that was met last stays', async () => {
  const sightings = fc.array(fc.record({ run: fc.integer({ min: 0, max: 2 }), fault: fc.boolean() }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), sightings, async (scheduler, seen) => {
      const table = new MemoryBrakes();
      const turn = <T>(call: () => Promise<T>): Promise<T> => scheduler.schedule(Promise.resolve()).then(call);
      const { note, states } = world({
        state: (...args) => turn(() => table.state(...args)),
        putState: (...args) => turn(() => table.putState(...args)),
      });
      await scheduler.waitFor(Promise.all(seen.map(({ run, fault }, index) => note(run, String(index), fault))));
      const told = states();
      expect(told).toEqual(told.map((_, index) => (index % 2 === 0 ? 'ERROR' : 'ENABLED')));
      const lastRun = Math.max(...seen.map(({ run }) => run));
      if (seen.some(({ run, fault }) => run === lastRun && fault)) expect((await table.state('nightly'))?.state).toBe('ERROR');
    }),
  );
});

test('who is beaten to the table looks again; who is beaten for ever gives up, and logs it', async () => {
  const beaten = (times: number) => {
    const table = new MemoryBrakes();
    let left = times;
    return world({ state: (...args) => table.state(...args), putState: async (...args) => left-- <= 0 && table.putState(...args) });
  };
  const [late, never] = [beaten(5), beaten(Number.POSITIVE_INFINITY)];
  for (const { note } of [late, never]) await note(0, 'a', true);
  expect([late.states(), late.lines]).toEqual([['ERROR'], ['the policy changed its state']]);
  expect([never.states(), never.lines]).toEqual([[], ["the policy's state was not kept"]]);
});

test('a table out of reach, or a bus, keeps nobody: it is logged', async () => {
  const { note, events, lines } = world({
    state: async () => {
      throw new Error('AccessDenied');
    },
    putState: async () => true,
  });
  await note(0, 'a', true);
  expect([events, lines]).toEqual([[], ["the policy's state was not kept"]]);
});
