import type { Mode } from '../instance/ports';
import type { EventEnvelope, RequestRecord, Sandbox } from '../ports';
import type { Scenario } from '../scenario/scenario';
import { compare, type Difference, type Ended } from './compare';
import { fireSchedules } from './fire';
import { type Outcome, readOutcomes } from './outcome';
import { createProgress } from './progress';
import { type Row, renderOutcomes, renderReasons } from './report';
import { restoreSet } from './restore';
import { paint, type Terminal, writeLine } from './terminal';
import { findTouched } from './touched';

export interface RunContext {
  readonly scenario: Scenario;
  readonly sandbox: Sandbox;
  readonly mode: Mode;
  readonly terminal: Terminal;
  readonly elapsed: () => number;
  readonly interrupted: AbortSignal;
}

/** Fires, watches, restores and compares. The sandbox is started. */
export const runScenario = async (context: RunContext): Promise<readonly Difference[]> => {
  const { scenario, sandbox, terminal } = context;
  const names = namesOf(scenario);
  const seen = watch(context, names);
  await fireSchedules(sandbox, scenario.fire, scenario.policies);
  const frozen = await sandbox.frozen();
  const outcomes = inFleetOrder(readOutcomes(seen.events), [...names.keys()]).map((outcome) => ({
    outcome,
    instance: names.get(outcome.instanceId) ?? outcome.instanceId,
  }));
  writeLine(terminal, `\n${renderOutcomes(outcomes)}`);
  for (const reason of renderReasons(outcomes)) writeLine(terminal, reason);
  const ended = await restoreAll(context, outcomes);
  const run = {
    mode: context.mode,
    ended,
    touched: findTouched(scenario.fleet, seen.requests, seen.events),
    frozen: new Map([...frozen].map(([id, mounts]) => [names.get(id) ?? id, mounts])),
  };
  return compare(run, scenario.expect);
};

const namesOf = ({ fleet }: Scenario): ReadonlyMap<string, string> =>
  new Map(fleet.map(({ name, instance }) => [instance.machine.id, name]));

const inFleetOrder = (outcomes: readonly Outcome[], ids: readonly string[]): readonly Outcome[] =>
  [...outcomes].sort((a, b) => ids.indexOf(a.instanceId) - ids.indexOf(b.instanceId));

interface Seen {
  readonly events: EventEnvelope[];
  readonly requests: RequestRecord[];
}

const watch = ({ sandbox, terminal, elapsed, interrupted }: RunContext, names: ReadonlyMap<string, string>): Seen => {
  const seen: Seen = { events: [], requests: [] };
  const progress = createProgress({ terminal, names, elapsed, ended: interrupted });
  sandbox.onEvent((event) => {
    seen.events.push(event);
    progress.onEvent(event);
  });
  sandbox.onRequest((request) => {
    seen.requests.push(request);
    progress.onRequest(request);
  });
  return seen;
};

const STYLES = { whole: 'green', broken: 'red', none: 'dim' } as const;

/** Restores every set, one after another: each mounts its volumes beside the running instances. */
const restoreAll = async ({ scenario, sandbox, terminal }: RunContext, rows: readonly Row[]): Promise<readonly Ended[]> => {
  const ended: Ended[] = [];
  writeLine(terminal, '\nRestored:');
  for (const { outcome, instance } of rows) {
    const application = scenario.fleet.some((member) => member.name === instance && member.instance.machine.application !== undefined);
    const { restored, said } = await restoreSet(outcome, (instanceId, snapshotIds) => sandbox.verify(instanceId, snapshotIds));
    const comment = said || (application ? '' : 'its filesystems mount, and no application is there to ask');
    writeLine(terminal, `  ${instance}: ${paint(terminal, STYLES[restored], restored)}${comment === '' ? '' : ` (${comment})`}`);
    ended.push({ outcome, instance, restored });
  }
  return ended;
};
