import fc from 'fast-check';
import { schedulesOfTag, scheduleTagOf } from '../../lambda/core/schedule-tag';
import { policy, schedule } from './policy-fixture';

const policyOf = (names: readonly string[]) => policy({ Schedules: names.map((Name) => schedule({}, { Name })) });
const read = (value: string, names: readonly string[]): readonly string[] => schedulesOfTag(value, policyOf(names)).map(({ Name }) => Name);

it('names the schedules as they are where they fit', () => {
  expect(scheduleTagOf(['Daily', 'Weekly'])).toBe('Daily, Weekly');
});

it('tells long names apart that begin alike', () => {
  const names = ['a', 'b', 'c', 'd'].map((end) => `${'n'.repeat(119)}${end}`);
  const tag = scheduleTagOf(names);
  expect(tag.length).toBeLessThanOrEqual(256);
  expect(tag).toMatch(/^(n{53}~[0-9a-f]{8}(, |$)){4}$/);
  expect(read(tag, names)).toEqual(names);
  expect(read(scheduleTagOf(names.slice(0, 3)), names)).toEqual(names.slice(0, 3));
});

it('a schedule that was renamed is not among them', () => {
  expect(read('Daily, Weekly', ['Nightly', 'Weekly'])).toEqual(['Weekly']);
  expect(read('', ['Weekly'])).toEqual([]);
});

it('whatever the names, those of the run are read back', () => {
  const letters = [...'ab _-', 'n'.repeat(60)];
  const name = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 120 }).map((text) => text.slice(0, 120));
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), fc.nat(), (names, seed) => {
      const run = names.filter((_, index) => index === seed % names.length || (seed >> index) % 2 === 0);
      const tag = scheduleTagOf(run);
      expect(tag.length).toBeLessThanOrEqual(256);
      expect(read(tag, names)).toEqual(run);
    }),
  );
});
