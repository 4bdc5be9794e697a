import type { BrakesTable } from '../brakes/brakes-table';
import { noteMissingRight } from '../brakes/note-policy-state';
import { leftOutEvent } from '../core/event/brake-event';
import type { OutgoingEvent, Place } from '../core/event/common';
import type { ExecutionMessage } from '../core/execution-message';
import { runId } from '../core/ids';
import type { MetricValues } from '../core/metric-names';
import { parsePlannerInput } from '../core/plan-input';
import { type AgentState, executionMessages } from '../core/plan-messages';
import { type Run, runOf } from '../core/plan-run';
import { type Instance, rolloutOf } from '../core/plan-targets';
import type { Policy, Tag } from '../core/policy/policy-schema';
import { findTargets } from './find-targets';
import { planReport } from './plan-report';

/** What the planner needs of the world. */
export interface PlannerPorts {
  readonly policies: ReadonlyMap<string, Policy>;
  readonly place: Place;
  findInstances(tag: Tag): Promise<readonly Instance[]>;
  agentStates(instanceIds: readonly string[]): Promise<ReadonlyMap<string, AgentState>>;
  sendExecutions(messages: readonly ExecutionMessage[]): Promise<void>;
  publish(events: readonly OutgoingEvent[]): Promise<void>;
  recordMetrics(policyId: string, values: MetricValues): void;
  /** Keeps the state of a policy that can't be planned. */
  readonly table: Pick<BrakesTable, 'state' | 'putState'>;
  /** What AWS said, where an exception is its refusal for missing rights. */
  missingRight(thrown: unknown): string | undefined;
  log(level: 'info' | 'warn', message: string, fields: Readonly<Record<string, unknown>>): void;
  now(): Date;
}

const sendRun = async (run: Run, ports: PlannerPorts): Promise<void> => {
  const { planned: targets, leftOut } = rolloutOf(run.policy, await findTargets(run.policy, ports));
  const agents = await ports.agentStates(targets.map(({ id }) => id));
  const messages = executionMessages(run, targets, agents);
  const { level, message, fields } = planReport(run, messages, leftOut, ports.now());
  ports.log(level, message, fields);
  await ports.sendExecutions(messages);
  await tellLeftOut(run, leftOut.length, ports);
  ports.recordMetrics(run.policyId, { ResourcesTargeted: targets.length }); // after sending: a retry counts once
};

/** A policy whose run can't be planned for missing rights tells so, once for all tries; the run is tried again in any case. */
const notPlanned = async ({ policyId, due }: Run, ports: PlannerPorts, error: unknown): Promise<never> => {
  const cause = ports.missingRight(error);
  await noteMissingRight(ports, policyId, 'plan', { cause, due, by: runId(policyId, due), at: ports.now() });
  throw error;
};

const tellLeftOut = async ({ policyId, policy, due }: Run, leftOut: number, ports: PlannerPorts): Promise<void> => {
  const tag = policy.Stillpoint?.CanaryTag;
  if (tag === undefined || leftOut === 0) return;
  await ports.publish([leftOutEvent(ports.place, policyId, runId(policyId, due), tag, leftOut)]);
};

/**
 * Plan the run that a rule's call means, and queue one execution a target. Doing it twice is safe: the messages and their
 * deduplication ids come out the same. What fails throws, so that Lambda tries again and keeps what never succeeds.
 */
export const planExecutions = async (event: unknown, ports: PlannerPorts): Promise<void> => {
  const input = parsePlannerInput(event);
  const run = runOf(ports.policies, input);
  if (run.kind === 'run') return sendRun(run, ports).catch((error: unknown) => notPlanned(run, ports, error));
  if (run.kind !== 'disabled')
    throw new Error(`no run for policy ${input.policyId}, schedule ${input.schedule}, ${input.time.toISOString()}: ${run.kind}`);
  ports.log('info', 'policy is disabled: nothing planned', { policyId: input.policyId, schedule: input.schedule });
};
