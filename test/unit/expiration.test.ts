import fc from 'fast-check';
import { type Age, ageOf, expirationOf } from '../../lambda/core/expiration';
import { policy, schedule } from './policy-fixture';

const expires = (start: string, ...ages: readonly (readonly [number, Age['unit']])[]): string | undefined =>
  expirationOf(
    ages.map(([interval, unit]) => ({ interval, unit })),
    new Date(start),
  )?.toISOString();

it.each<[string, readonly [number, Age['unit']], string]>([
  ['2026-11-21T03:00:07.250Z', [1, 'DAYS'], '2026-11-22T03:00:07.250Z'],
  ['2026-11-21T03:00:00.000Z', [2, 'WEEKS'], '2026-12-05T03:00:00.000Z'],
  ['2026-11-21T03:00:00.000Z', [3, 'MONTHS'], '2027-02-21T03:00:00.000Z'],
  ['2026-11-21T03:00:00.000Z', [100, 'YEARS'], '2126-11-21T03:00:00.000Z'],
  ['2027-01-31T23:59:59.999Z', [1, 'MONTHS'], '2027-02-28T23:59:59.999Z'],
  ['2028-02-29T00:00:00.000Z', [1, 'YEARS'], '2029-02-28T00:00:00.000Z'],
  ['2026-12-31T12:00:00.000Z', [2, 'MONTHS'], '2027-02-28T12:00:00.000Z'],
])('from %s, %j end at %s', (start, age, end) => {
  expect(expires(start, age)).toBe(end);
});

it('schedules that coincide give the longest of their ages', () => {
  expect(expires('2026-02-01T00:00:00Z', [1, 'MONTHS'], [4, 'WEEKS'])).toBe('2026-03-01T00:00:00.000Z');
  expect(expires('2026-01-01T00:00:00Z', [30, 'DAYS'], [1, 'MONTHS'])).toBe('2026-02-01T00:00:00.000Z');
});

it('without an age nothing expires', () => {
  expect(expires('2026-11-21T03:00:00Z')).toBeUndefined();
  const [byAge, byCount, none] = policy({
    Schedules: [
      schedule({}, { Name: 'a', RetainRule: { Interval: 2, IntervalUnit: 'WEEKS' } }),
      schedule({}, { Name: 'b', RetainRule: { Count: 3 } }),
      schedule({}, { Name: 'c' }),
    ],
  }).Schedules;
  expect([byAge!, byCount!, none!].map(ageOf)).toEqual([{ interval: 2, unit: 'WEEKS' }, undefined, undefined]);
});

it('a later start expires later, but for the hours of days that share the end of a month', () => {
  const age = fc.record({
    interval: fc.integer({ min: 1, max: 100 }),
    unit: fc.constantFrom<Age['unit']>('DAYS', 'WEEKS', 'MONTHS', 'YEARS'),
  });
  const minute = fc.integer({ min: Date.UTC(2026, 0) / 60_000, max: Date.UTC(2060, 0) / 60_000 });
  fc.assert(
    fc.property(age, minute, fc.integer({ min: 0, max: 90 * 24 * 60 }), (one, start, later) => {
      const at = (minutes: number): number => expirationOf([one], new Date(minutes * 60_000))!.getTime();
      expect(at(start + later)).toBeGreaterThanOrEqual(at(start) - (one.unit === 'DAYS' || one.unit === 'WEEKS' ? 0 : 86_400_000));
      expect(at(start)).toBeGreaterThan(start * 60_000);
    }),
  );
});
