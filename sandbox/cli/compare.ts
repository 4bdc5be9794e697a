import type { Mode } from '../instance/ports';
import type { Consistency, Expectation, ExpectedEnd, Restored } from '../scenario/scenario-file';
import { failuresOf, type Outcome } from './outcome';

/** An execution's end together with what its restored set was worth. */
export interface Ended {
  readonly outcome: Outcome;
  readonly instance: string;
  readonly restored: Restored;
}

/** What a run left to be held against the expectations. */
export interface RunEnd {
  readonly mode: Mode;
  readonly ended: readonly Ended[];
  /** What was done to an instance beyond describing it: requests and events, by its name. */
  readonly touched: ReadonlyMap<string, readonly string[]>;
  /** Mount points still frozen when everything had ended, by the instance's name. */
  readonly frozen: ReadonlyMap<string, readonly string[]>;
}

export interface Difference {
  readonly instance: string;
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

/** Everything in which a run ended otherwise than the scenario expects. None: the run is good. */
export const compare = (run: RunEnd, expect: readonly Expectation[]): readonly Difference[] => [
  ...expect.flatMap((expectation) => compareOne(run, expectation)),
  ...run.ended
    .filter((ended) => !expect.some((expectation) => concerns(expectation, ended)))
    .flatMap((ended) => compareEnd(run, ended, { instance: ended.instance })),
  ...unended(run, expect),
  ...[...run.frozen].map(([instance, mounts]) => ({ instance, field: 'frozen', expected: 'nothing', found: mounts.join(', ') })),
];

const concerns = ({ instance, policy }: Expectation, { instance: name, outcome }: Ended): boolean =>
  instance === name && (policy === undefined || policy === outcome.policyId);

/** What began and did not end, and a run in which nothing happened though nobody expected that. */
const unended = ({ ended, touched }: RunEnd, expect: readonly Expectation[]): readonly Difference[] => {
  if (touched.size === 0 && ended.length === 0 && expect.length === 0)
    return [{ instance: 'fleet', field: 'executions', expected: 'one or more', found: 'none: no instance has a tag of the policy' }];
  const known = new Set([...ended.map(({ instance }) => instance), ...expect.map(({ instance }) => instance)]);
  return [...touched]
    .filter(([instance]) => !known.has(instance))
    .map(([instance, acts]) => ({ instance, field: 'execution', expected: 'an end', found: acts.join(', ') }));
};

const compareOne = (run: RunEnd, expectation: Expectation): readonly Difference[] => {
  const { instance } = expectation;
  if (expectation.untouched === true) {
    const touched = run.touched.get(instance) ?? [];
    return touched.length === 0 ? [] : [{ instance, field: 'untouched', expected: 'true', found: touched.join(', ') }];
  }
  const ended = run.ended.filter((candidate) => concerns(expectation, candidate));
  if (ended.length === 0) return [{ instance, field: 'execution', expected: `one${ofPolicy(expectation)}`, found: 'none that ended' }];
  return ended.flatMap((candidate) => compareEnd(run, candidate, expectation));
};

const ofPolicy = ({ policy }: Expectation): string => (policy === undefined ? '' : ` of policy ${policy}`);

const compareEnd = ({ mode }: RunEnd, { instance, outcome, restored }: Ended, expectation: Expectation): readonly Difference[] => {
  const expected: ExpectedEnd = { result: 'success', ...expectation, ...(mode === 'directory' ? expectation.onFolders : {}) };
  const found = mode === 'directory' ? withoutProof(outcome) : outcome;
  const pairs: readonly (readonly [string, string | undefined, string])[] = [
    ['result', expected.result, found.result],
    ['consistency', comparable(mode, expected.consistency), found.consistency],
    ['cause', expected.cause, outcome.cause],
    ['failures', expected.failures?.join(', '), failuresOf(outcome).join(', ')],
    ['attempts', textOf(expected.attempts), String(outcome.attempts)],
    ['snapshots', textOf(expected.snapshots), String(outcome.snapshotIds.length)],
    ['restored', expected.restored ?? impliedRestore(outcome), restored],
  ];
  return pairs.flatMap(([field, wanted, is]) =>
    wanted === undefined || wanted === is ? [] : [{ instance, field, expected: quoted(wanted), found: quoted(is) }],
  );
};

/** Volumes that are folders can't be frozen, so how good a set is can't be told there, only whether there is one. */
const comparable = (mode: Mode, expected: Consistency | undefined): Consistency | undefined =>
  mode === 'real' || expected === 'none' || expected === 'stopped' ? expected : undefined;

/** An execution whose scripts did what they should, and that lacks nothing but the proof that folders can't give. */
const withoutProof = (outcome: Outcome): Pick<Outcome, 'result' | 'consistency'> => {
  const succeeded = outcome.scripts.length > 0 && outcome.cause === '' && outcome.snapshotIds.length > 0;
  return { result: succeeded ? 'success' : outcome.result, consistency: outcome.consistency };
};

const textOf = (value: number | undefined): string | undefined => (value === undefined ? undefined : String(value));

const quoted = (text: string): string => (text === '' ? '""' : text);

/** A set that is called consistent must be: nobody needs to say so in a scenario. */
const impliedRestore = ({ consistency }: Outcome): Restored | undefined =>
  consistency === 'application' || consistency === 'reported' ? 'whole' : undefined;

/** One line a difference. */
export const formatDifference = ({ instance, field, expected, found }: Difference): string =>
  `${instance}: ${field}: expected ${expected}, found ${found}`;
