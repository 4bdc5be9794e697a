import type { Machines } from '../instance/index';
import { Bench } from './bench';
import { contract, Findings } from './findings';
import { Instances } from './instances';
import type { Finding, Line } from './line';
import { LINES } from './lines';
import type { Scenario } from './scenario';
import { foreignPost, postTwice, preTwice } from './scenarios/attempts';
import { autoThaw, kill, partialFailure } from './scenarios/faults';
import { dryRun, hold, lock } from './scenarios/hold';
import { bindMounts, oldTools, readOnly, squashfs, swap } from './scenarios/hosts';
import type { Subject } from './subject';

/** Scenarios one after the other. They share an instance as long as their lines pass; after one that did not comes a new one. */
type Chain = readonly Scenario[];

const FIRST: Chain = [dryRun, hold, lock];

/** Side by side once the first chain has shown that the document works at all; those that take longest come first. */
const REST: readonly Chain[] = [
  [bindMounts, swap, readOnly, squashfs, oldTools],
  [kill],
  [partialFailure],
  [autoThaw],
  [preTwice, postTwice, foreignPost],
];

export interface KitRun {
  readonly machines: Machines;
  /** Called for each line, in the table's order. */
  readonly tell: (finding: Finding) => void;
  /** Nothing more is begun once it is aborted. */
  readonly signal: AbortSignal;
  /** Ids of the lines to try, beside those that others rest on; empty: all. */
  readonly only: readonly string[];
  /** Instances at a time. */
  readonly atOnce: number;
}

/** Tries everything; the findings in the table's order. */
export const testDocument = async (subject: Subject, run: KitRun): Promise<readonly Finding[]> => {
  const { only, tell, machines, signal, atOnce } = run;
  const wanted = (scenario: Scenario): boolean =>
    scenario === hold || only.length === 0 || scenario.lines.some(({ id }) => only.includes(id));
  const [first = [], ...rest] = [FIRST, ...REST].map((chain) => chain.filter(wanted));
  const findings = new Findings(expectedLines([first, ...rest]), tell);
  findings.add([await contract(subject)]);
  const instances = await Instances.prepare(machines, subject);
  const walk = (chain: Chain): Promise<void> => runChain(chain, { subject, instances, findings, signal });
  await walk(first);
  if (findings.sound) await inLanes(atOnce, rest, walk);
  return findings.complete();
};

const expectedLines = (chains: readonly Chain[]): readonly Line[] => {
  const lines = [LINES.contract, ...chains.flat().flatMap((scenario) => scenario.lines)];
  return Object.values(LINES).filter((line) => lines.includes(line));
};

interface Walk {
  readonly subject: Subject;
  readonly instances: Instances;
  readonly findings: Findings;
  readonly signal: AbortSignal;
}

const runChain = async (chain: Chain, { subject, instances, findings, signal }: Walk): Promise<void> => {
  let bench: Bench | undefined;
  try {
    for (const scenario of chain) {
      if (signal.aborted) return;
      if (!findings.sound && scenario !== hold) continue;
      const why = scenario.inapplicable?.(subject);
      if (why !== undefined) {
        findings.add(scenario.lines.map((line) => ({ line, result: 'not applicable', seen: why })));
        continue;
      }
      bench ??= await Bench.boot(instances, subject);
      const found = await scenario.run(bench);
      findings.add(found);
      if (found.some(({ result }) => result === 'fail')) {
        await bench.stop();
        bench = undefined;
      }
    }
  } finally {
    await bench?.stop();
  }
};

const inLanes = async <T>(lanes: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  const waiting = [...items];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
};
