import type { InvocationUpdate, StepResult } from '../../instance/ports';
import type { Clock } from '../clock';
import { type Command, type Invocation, isFinal } from './command';
import type { Ssm } from './ssm';

/**
 * Bring a command to an instance's agent. An agent that is offline gets it when it comes back, if the delivery timeout
 * has not passed. A late delivery (a fault) reaches the agent whatever the service calls the command by then, as AWS
 * gives no guarantee that a cancelled or timed-out Pending command never starts.
 */
export const deliver = (ssm: Ssm, command: Command, invocation: Invocation): void => {
  const late = ssm.faults.take('late-delivery', { touched: new Set([invocation.instanceId]) });
  ssm.clock.after(command.timeoutSeconds * 1000, () => timeOut(invocation));
  if (late) ssm.clock.after(late.ms, () => hand(ssm, command, invocation));
  else ssm.clock.after(ssm.timing.deliveryMs, () => deliverWhenOnline(ssm, command, invocation));
};

/** How often an offline agent is looked for. */
const RETRY_MS = 250;

const deliverWhenOnline = (ssm: Ssm, command: Command, invocation: Invocation): void => {
  if (isFinal(invocation.status)) return;
  if (ssm.nodes.get(invocation.instanceId)?.agent() !== undefined) hand(ssm, command, invocation);
  else ssm.clock.after(RETRY_MS, () => deliverWhenOnline(ssm, command, invocation));
};

const timeOut = (invocation: Invocation): void => {
  if (invocation.delivered || isFinal(invocation.status)) return;
  invocation.status = 'TimedOut';
  invocation.statusDetails = 'DeliveryTimedOut';
};

const hand = (ssm: Ssm, command: Command, invocation: Invocation): void => {
  const agent = ssm.nodes.get(invocation.instanceId)?.agent();
  if (agent === undefined) return;
  invocation.delivered = true;
  const { commandId, documentName, document, parameters } = command;
  const sent = { commandId, documentName, document: document.value, parameters };
  agent.send(sent, (update) => take(invocation, { ...update, steps: inSandboxTime(update.steps, ssm.clock) }));
};

/** Instances keep real time; the service tells everything in its own, or scripts would end before they were sent. */
const inSandboxTime = (steps: readonly StepResult[], { offsetMs }: Clock): readonly StepResult[] => {
  const shifted = (time: Date): Date => new Date(time.getTime() + offsetMs);
  return steps.map((step) => ({
    ...step,
    ...(step.startedAt && { startedAt: shifted(step.startedAt) }),
    ...(step.endedAt && { endedAt: shifted(step.endedAt) }),
  }));
};

/** A final status stays; while Cancelling, only the end counts. */
const take = (invocation: Invocation, update: InvocationUpdate): void => {
  if (isFinal(invocation.status)) return;
  invocation.steps = update.steps;
  if (invocation.status === 'Cancelling' && !isFinal(update.status)) return;
  invocation.status = update.status;
  invocation.statusDetails = update.statusDetails.replaceAll(' ', '');
};
