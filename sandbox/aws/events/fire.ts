import * as z from 'zod/mini';
import type { MovableClock } from '../clock';
import type { Bus } from './bus';
import { targetInput } from './input';
import type { Rule } from './rule';
import { nextDue } from './schedule';

/** EventBridge fires some seconds into the minute. */
const INTO_MINUTE_MS = 4_000;

const inputSchema = z.looseObject({ policyId: z.string(), schedule: z.string() });

export interface FirePorts {
  readonly clock: MovableClock;
  readonly bus: Bus;
  readonly rules: readonly Rule[];
}

/**
 * Fire the rule of a policy's schedule once: the sandbox's time moves to its next due minute, unless it stands in one. `late`: fire it
 * now, as EventBridge does with an event that it could not deliver earlier, and leave the time alone.
 */
export const fire = ({ clock, bus, rules }: FirePorts, policyId: string, schedule: string, late = false): void => {
  const rule = rules.find((candidate) => feeds(candidate, bus, policyId, schedule));
  if (rule?.schedule === undefined) throw new Error(`no rule of the template fires schedule ${schedule} of policy ${policyId}`);
  if (!rule.enabled) throw new Error(`the rule of schedule ${schedule} of policy ${policyId} is disabled`);
  const due = nextDue(rule.schedule, clock.now());
  const time = new Date(due.getTime() + INTO_MINUTE_MS);
  if (!late && clock.now() < time) clock.moveTo(time);
  bus.deliver(rule, bus.envelope(scheduledEvent(rule)));
};

/** Fire a scheduled rule by its name, at a time that the sandbox's moves to: now, or later. */
export const fireRule = ({ clock, bus, rules }: FirePorts, name: string, at?: Date): void => {
  const rule = rules.find((candidate) => candidate.name === name && candidate.schedule !== undefined);
  if (rule === undefined) throw new Error(`the template has no scheduled rule ${name}`);
  if (at !== undefined && clock.now() < at) clock.moveTo(at);
  bus.deliver(rule, bus.envelope(scheduledEvent(rule)));
};

const scheduledEvent = (rule: Rule) => ({ source: 'aws.events', detailType: 'Scheduled Event', resources: [rule.arn], detail: {} });

/** Whether a scheduled rule's input names this schedule. */
const feeds = (rule: Rule, bus: Bus, policyId: string, schedule: string): boolean => {
  const event = bus.envelope(scheduledEvent(rule));
  return (
    rule.schedule !== undefined &&
    rule.targets.some((target) => {
      const input = inputSchema.safeParse(targetInput(rule, target, event));
      return input.success && input.data.policyId === policyId && input.data.schedule === schedule;
    })
  );
};
