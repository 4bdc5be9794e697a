import { checkContract } from '../../lambda/core/document-contract';
import { type Finding, judge, type Line, must } from './line';
import { LINES } from './lines';
import type { Subject } from './subject';

/** Where one of these fails, nothing else can be judged. */
const PREREQUISITES: readonly string[] = [LINES.contract.id, LINES.works.id, LINES.freeze.id];

/** What was found so far. Told in the table's order, whatever is found first, so that two runs read alike. */
export class Findings {
  readonly #found = new Map<Line, Finding>();
  #told = 0;

  constructor(
    /** In the table's order. */
    private readonly expected: readonly Line[],
    private readonly tell: (finding: Finding) => void,
  ) {}

  add(findings: readonly Finding[]): void {
    for (const finding of findings) this.#found.set(finding.line, finding);
    for (; this.#told < this.expected.length; this.#told += 1) {
      const next = this.#of(this.#told);
      if (next === undefined) return;
      this.tell(next);
    }
  }

  /** Is it worth trying more? */
  get sound(): boolean {
    return [...this.#found.values()].every(({ line, result }) => result !== 'fail' || !PREREQUISITES.includes(line.id));
  }

  /** Every expected line once. */
  complete(): readonly Finding[] {
    const untried = this.expected.filter((line) => !this.#found.has(line));
    this.add(untried.map((line) => ({ line, result: 'not tried', seen: 'a line that this one rests on did not pass' })));
    return this.expected.flatMap((line) => this.#found.get(line) ?? []);
  }

  #of(index: number): Finding | undefined {
    const line = this.expected[index];
    return line === undefined ? undefined : this.#found.get(line);
  }
}

/** The one line that is judged without an instance. */
export const contract = (subject: Subject): Promise<Finding> =>
  judge(LINES.contract, async () => {
    const check = checkContract(subject.document, ['pre', 'post']);
    must(check.ok, check.ok ? '' : check.problems.join('; '));
    return 'schemaVersion 2.2, parameters executionId and command';
  });
