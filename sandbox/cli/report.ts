import { type Cell, renderTable } from '../../cli/table';
import type { Ended } from './compare';
import type { ScriptOutcome } from './outcome';

/** An execution under the name of its instance. */
export type Row = Pick<Ended, 'outcome' | 'instance'>;

const HEADS = ['instance', 'policy', 'stages', 'cause', 'attempts', 'consistency', 'freeze ms', 'snapshots'];

/** The table at the end of a run: a row an execution. */
export const renderOutcomes = (ended: readonly Row[]): string => renderTable(HEADS, ended.map(toRow));

const toRow = ({ instance, outcome }: Row): readonly Cell[] => [
  instance,
  outcome.policyId,
  outcome.scripts.length === 0 ? 'no script' : outcome.scripts.map(describeScript),
  outcome.cause === '' ? '-' : outcome.cause,
  outcome.attempts,
  outcome.consistency,
  outcome.freezeWindowMs === undefined ? '-' : Math.round(outcome.freezeWindowMs),
  outcome.snapshotIds.length === 0 ? '-' : outcome.snapshotIds,
];

const describeScript = ({ stage, cause }: ScriptOutcome): string => `${stage.toLowerCase()} ${cause === '' ? 'success' : cause}`;

/** Why an execution ended as it did, for those that are not proven. */
export const renderReasons = (ended: readonly Row[]): readonly string[] =>
  ended
    .filter(({ outcome }) => outcome.consistency !== 'application' && outcome.reason !== '')
    .map(({ instance, outcome }) => `${instance}: ${outcome.consistency}: ${outcome.reason}`);
