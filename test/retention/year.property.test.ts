import fc from 'fast-check';
import { POLICY_NAMES } from './year/policies';
import { live, type YearOptions } from './year/year';

jest.setTimeout(300_000); // much to compute

/** What a year must come to, whatever happened in it. What is broken is told with its day. */
const expectKept = async (options: YearOptions) => {
  const { broken, leftOver, ...year } = await live(options);
  expect({ broken, leftOver }).toEqual({ broken: [], leftOver: [] });
  return year;
};

test('a year in which nothing goes wrong, of every kind of retention', async () => {
  const { made, deleted, failures } = await expectKept({ seed: 1, days: 365, policies: POLICY_NAMES, trouble: 0 });
  expect(made).toBe(2608);
  expect(deleted).toBeGreaterThan(2500);
  expect(failures).toEqual([]);
});

test('years of crashes, late failures, locks, lost and repeated messages, stale lists, people and changed policies', async () => {
  const year = fc.record({
    seed: fc.integer(),
    days: fc.constant(365),
    policies: fc.shuffledSubarray([...POLICY_NAMES], { minLength: 2, maxLength: 2 }),
    trouble: fc.constantFrom(0.05, 0.2, 0.5),
  });
  await fc.assert(
    fc.asyncProperty(fc.noShrink(year), async (options) => void (await expectKept(options))),
    { numRuns: 3 },
  );
});
