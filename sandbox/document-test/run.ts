import { checkContract } from '../../lambda/core/document-contract';
import type { Machines } from '../instance/index';
import { Bench } from './bench';
import { type Finding, judge, must } from './line';
import { LINES } from './lines';
import type { Scenario } from './scenario';
import { foreignPost, postTwice, preTwice } from './scenarios/attempts';
import { autoThaw, kill, partialFailure } from './scenarios/faults';
import { dryRun, hold, lock } from './scenarios/hold';
import { bindMounts, oldTools, readOnly, squashfs, swap } from './scenarios/hosts';
import type { Subject } from './subject';

/** Those that wait come first. */
const REST: readonly Scenario[] = [
  autoThaw,
  kill,
  partialFailure,
  dryRun,
  lock,
  preTwice,
  postTwice,
  foreignPost,
  bindMounts,
  swap,
  readOnly,
  squashfs,
  oldTools,
];

/** Instances at a time: most of what they do is waiting. */
const LANES = 3;

export interface KitRun {
  readonly machines: Machines;
  /** Called for each line as it is found. */
  readonly tell: (finding: Finding) => void;
  /** Nothing more is begun once it is aborted. */
  readonly signal: AbortSignal;
  /** Ids of the lines to try, beside those that others rest on; empty: all. */
  readonly only: readonly string[];
  readonly oneByOne: boolean;
}

/** Tries everything; the findings in the table's order. */
export const testDocument = async (subject: Subject, { machines, tell, signal, only, oneByOne }: KitRun): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  const take = (more: readonly Finding[]): void => {
    for (const finding of more) {
      findings.push(finding);
      tell(finding);
    }
  };
  take([await contract(subject)]);
  take(await onBench(hold, subject, machines));
  const sound = findings.every(({ line, result }) => result !== 'fail' || !PREREQUISITES.includes(line.id));
  const wanted = ({ lines }: Scenario): boolean => only.length === 0 || lines.some(({ id }) => only.includes(id));
  if (sound)
    await inLanes(oneByOne ? 1 : LANES, REST.filter(wanted), async (scenario) => {
      if (!signal.aborted) take(await onBench(scenario, subject, machines));
    });
  return complete(findings).filter((finding) => only.length === 0 || only.includes(finding.line.id) || findings.includes(finding));
};

/** Where one of these fails, nothing else can be judged. */
const PREREQUISITES: readonly string[] = [LINES.contract.id, LINES.works.id, LINES.freeze.id];

const contract = (subject: Subject): Promise<Finding> =>
  judge(LINES.contract, async () => {
    const check = checkContract(subject.document, ['pre', 'post']);
    must(check.ok, check.ok ? '' : check.problems.join('; '));
    return 'schemaVersion 2.2, parameters executionId and command';
  });

const onBench = async (scenario: Scenario, subject: Subject, machines: Machines): Promise<readonly Finding[]> => {
  const why = scenario.inapplicable?.(subject);
  if (why !== undefined) return scenario.lines.map((line) => ({ line, result: 'not applicable', seen: why }));
  const bench = await Bench.boot(machines, subject);
  try {
    return await scenario.run(bench);
  } finally {
    await bench.stop();
  }
};

const inLanes = async <T>(lanes: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  const waiting = [...items];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
};

/** Every line once, in the table's order. */
const complete = (findings: readonly Finding[]): readonly Finding[] =>
  Object.values(LINES).map(
    (line) =>
      findings.find((finding) => finding.line === line) ?? {
        line,
        result: 'not tried',
        seen: 'a line that this one rests on did not pass',
      },
  );
