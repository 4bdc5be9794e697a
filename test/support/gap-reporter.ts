import { describeGap, readGapMark } from './capabilities';

/** What the reporter reads of jest's AggregatedResult. */
interface RunResults {
  readonly testResults: readonly {
    readonly testResults: readonly { readonly status: string; readonly ancestorTitles: readonly string[] }[];
  }[];
}

/** Groups of tests by the capability that they lacked. */
export const collectGaps = (groups: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const gaps = new Map<string, string[]>();
  for (const group of new Set(groups)) {
    for (const name of readGapMark(group)) gaps.set(name, [...(gaps.get(name) ?? []), group]);
  }
  return gaps;
};

/** The list that stands last: each missing capability, what enables it, and the groups that were skipped. */
export const formatGaps = (gaps: ReadonlyMap<string, readonly string[]>): string => {
  const lines = [...gaps].flatMap(([name, groups]) => [`- ${describeGap(name)}`, ...groups.map((group) => `    ${group}`)]);
  return ['Not exercised on this machine:', ...lines].join('\n');
};

const REQUIRED = 'STILLPOINT_REQUIRE_ALL=1: every gap is a failure.';

const skippedGroups = (results: RunResults): readonly string[] =>
  results.testResults
    .flatMap((file) => file.testResults)
    .filter((test) => test.status === 'pending')
    .flatMap((test) => test.ancestorTitles);

/** Lists what the run could not exercise; with STILLPOINT_REQUIRE_ALL=1 such a gap fails it. */
export class GapReporter {
  #error: Error | undefined;

  onRunComplete(_contexts: unknown, results: RunResults): void {
    const gaps = collectGaps(skippedGroups(results));
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
