import type { EventEnvelope } from '../ports';
import type { Consistency } from '../scenario/scenario-file';
import { type ClosingEvent, type CompletionEvent, lastSegment, type StageEvent, viewEvent } from './event-view';

/** One script of an execution as its events told it. */
export interface ScriptOutcome {
  /** `THAW` is a post-script sent to end a freeze that nobody confirmed (recovery thaw). */
  readonly stage: 'PRE' | 'POST' | 'THAW' | 'VSS';
  readonly attempt: number;
  /** Empty for success. */
  readonly cause: string;
}

/** Delivery is at least once: after a crash of the worker a script may be told again. */
const scriptKey = ({ stillpoint, script_stage, start_time }: StageEvent): string =>
  [stillpoint.execution_id, stillpoint.attempt, script_stage, stillpoint.command_id || start_time].join(' ');

/** What an execution ended as. */
export interface Outcome {
  readonly executionId: string;
  readonly instanceId: string;
  readonly policyId: string;
  readonly result: 'success' | 'failed';
  readonly cause: string;
  readonly consistency: Consistency;
  readonly reason: string;
  readonly attempts: number;
  readonly freezeWindowMs: number | undefined;
  readonly snapshotIds: readonly string[];
  readonly scripts: readonly ScriptOutcome[];
}

/** Reads the executions that ended out of a run's events, in the order of their ends. What EC2 could not complete afterwards is no set. */
export const readOutcomes = (events: readonly EventEnvelope[]): readonly Outcome[] => {
  const scripts = new Map<string, ScriptOutcome[]>();
  const told = new Set<string>();
  const closings = new Map<string, ClosingEvent>();
  const withdrawn: CompletionEvent[] = [];
  for (const event of events) {
    const seen = viewEvent(event);
    if (seen.kind === 'closing') closings.set(seen.closing.execution_id, seen.closing);
    if (seen.kind === 'completion' && seen.completion.result === 'withdrawn') withdrawn.push(seen.completion);
    if (seen.kind === 'stage' && seen.stage.result !== 'initiated' && !told.has(scriptKey(seen.stage))) {
      told.add(scriptKey(seen.stage));
      const id = seen.stage.stillpoint.execution_id;
      scripts.set(id, [...(scripts.get(id) ?? []), toScript(seen.stage, seen.recovery)]);
    }
  }
  return [...closings.values()].map((closing) => {
    const outcome = toOutcome(closing, scripts.get(closing.execution_id) ?? []);
    const withdrawal = withdrawn.find(({ resources }) => resources.some(({ resource_id }) => isIn(closing, resource_id)));
    return withdrawal === undefined ? outcome : { ...outcome, ...WITHDRAWN, reason: reasonOf(withdrawal) };
  });
};

const isIn = ({ resources }: ClosingEvent, snapshotArn: string): boolean =>
  resources.some(({ resource_id }) => resource_id === snapshotArn);

const WITHDRAWN = { result: 'failed', consistency: 'none', snapshotIds: [] } as const;

const reasonOf = ({ reason, detail }: { readonly reason: string; readonly detail?: string | undefined }): string =>
  detail ? `${reason} (${detail})` : reason;

const toScript = ({ script_stage, cause, stillpoint, result }: StageEvent, recovery: boolean): ScriptOutcome => ({
  stage: recovery ? 'THAW' : script_stage || 'VSS',
  attempt: stillpoint.attempt,
  cause: result === 'success' ? '' : cause,
});

/** Delivery keeps no order: scripts are told by attempt, pre before post, each as it came. */
const inOrder = (a: ScriptOutcome, b: ScriptOutcome): number =>
  a.attempt - b.attempt || Number(a.stage !== 'PRE') - Number(b.stage !== 'PRE');

const toOutcome = (closing: ClosingEvent, scripts: readonly ScriptOutcome[]): Outcome => ({
  executionId: closing.execution_id,
  instanceId: lastSegment(closing.source),
  policyId: lastSegment(closing.policy_id),
  result: closing.result,
  cause: closing.cause,
  consistency: closing.consistency,
  reason: reasonOf(closing),
  attempts: closing.attempts,
  freezeWindowMs: closing.freeze_window_ms ?? undefined,
  snapshotIds: closing.resources.map(({ resource_id }) => lastSegment(resource_id)),
  scripts: [...scripts].sort(inOrder),
});

/** `PRE 206`: a failed script as scenarios name it. */
export const failuresOf = ({ scripts }: Outcome): readonly string[] =>
  scripts.filter(({ cause }) => cause !== '').map(({ stage, cause }) => `${stage} ${cause}`);
