import fc from 'fast-check';
import { POLICY_NAMES } from './year/policies';
import { live } from './year/year';

test('many years, with several policies each', async () => {
  const year = fc.record({
    seed: fc.integer(),
    days: fc.constant(365),
    policies: fc.shuffledSubarray([...POLICY_NAMES], { minLength: 1 }),
    trouble: fc.double({ min: 0.01, max: 0.9, noNaN: true }),
  });
  const kept = async (options: typeof year extends fc.Arbitrary<infer T> ? T : never) => {
    const { broken, leftOver } = await live(options);
    expect({ broken, leftOver }).toEqual({ broken: [], leftOver: [] });
  };
  await fc.assert(fc.asyncProperty(fc.noShrink(year), kept), { numRuns: 15 });
}, 600_000);
