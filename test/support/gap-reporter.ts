import { describeGap, readGapMark } from './capabilities';

/** What the reporter reads of jest's AggregatedResult. */
interface RunResults {
  readonly testResults: readonly {
    readonly testResults: readonly { readonly status: string; readonly ancestorTitles: readonly string[] }[];
  }[];
}

const REQUIRED = 'STILLPOINT_REQUIRE_ALL=1: every gap is a failure.';

/** The groups that lacked a capability, each with the number of its tests. The titles are those of every skipped test's groups. */
export const collectGaps = (titles: readonly string[]): ReadonlyMap<string, number> => {
  const gaps = new Map<string, number>();
  for (const title of titles.filter((one) => readGapMark(one).length > 0)) gaps.set(title, (gaps.get(title) ?? 0) + 1);
  return gaps;
};

/** The list that stands last: what was skipped, and what would enable it. */
export const formatGaps = (gaps: ReadonlyMap<string, number>): string => {
  const groups = [...gaps].map(([group, tests]) => `- ${group}: ${tests} ${tests === 1 ? 'test' : 'tests'}`);
  const missing = [...new Set([...gaps.keys()].flatMap(readGapMark))].map((name) => `- ${describeGap(name)}`);
  return ['Not exercised on this machine:', ...groups, 'Missing:', ...missing].join('\n');
};

const skippedTitles = (results: RunResults): readonly string[] =>
  results.testResults
    .flatMap((file) => file.testResults)
    .filter((test) => test.status === 'pending')
    .flatMap((test) => test.ancestorTitles);

/** Lists what the run could not exercise; with STILLPOINT_REQUIRE_ALL=1 such a gap fails it. */
export class GapReporter {
  #error: Error | undefined;

  onRunComplete(_contexts: unknown, results: RunResults): void {
    const gaps = collectGaps(skippedTitles(results));
    if (gaps.size === 0) return;
    const fatal = process.env['STILLPOINT_REQUIRE_ALL'] === '1';
    if (fatal) this.#error = new Error('some tests could not be exercised on this machine');
    // On exit, so that it stands below jest's own summary and the coverage.
    process.once('exit', () => process.stderr.write(`\n${formatGaps(gaps)}\n${fatal ? `${REQUIRED}\n` : ''}`));
  }

  getLastError(): Error | undefined {
    return this.#error;
  }
}
