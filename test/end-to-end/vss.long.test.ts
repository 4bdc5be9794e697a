import { VssBench, type VssCase } from './harness/vss-bench';

/** What VSS may yet add to its snapshots is waited for, half a minute of real time. */
const CASES = { untagged: { failures: ['no-tags'] }, incomplete: { failures: ['volume-left-out'] } } as const satisfies Record<
  string,
  VssCase
>;
type Name = keyof typeof CASES;

let bench: VssBench<Name>;

beforeAll(async () => {
  bench = await VssBench.open<Name>(CASES);
  await bench.run(['untagged', 'incomplete']);
}, 300_000);

afterAll(() => bench?.end());

test('snapshots on which VSS says nothing are crash-consistent', async () => {
  expect(bench.told('untagged')).toEqual(['VSS initiated', 'VSS failed', 'CLOSED crash vss-not-consistent']);
  expect(await bench.sets('untagged')).toEqual(['vss 1 crash vss-not-consistent']);
});

test('a set that lacks a volume gets a whole one beside it', async () => {
  expect(bench.told('incomplete').at(-1)).toBe('CLOSED crash vss-incomplete');
  expect(bench.closing('incomplete').detail).toBe(`no snapshot of ${bench.volumesOf('incomplete')[1]}`);
  expect(await bench.sets('incomplete')).toEqual(['ours  crash vss-incomplete', 'vss 1 crash vss-incomplete']);
});
