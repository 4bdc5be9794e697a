import { randomUUID } from 'node:crypto';
import type { EventEnvelope } from '../../ports';
import type { Account } from '../account';
import type { Clock } from '../clock';
import type { Permission } from '../lambda/function-config';
import { functionNameOf } from '../lambda/function-config';
import { allowsRule } from '../lambda/resource-policy';
import type { Queues } from '../sqs/queues';
import { targetInput } from './input';
import { matchesPattern } from './pattern';
import type { Rule, RuleTarget } from './rule';

export interface NewEvent {
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
  readonly time?: Date | undefined;
}

export interface BusPorts {
  readonly account: Account;
  readonly clock: Clock;
  readonly rules: readonly Rule[];
  readonly permissions: readonly Permission[];
  readonly queues: Queues;
  readonly invokeAsync: (functionArn: string, event: unknown) => void;
}

/** The default event bus. */
export interface Bus {
  /** Deliver an event to the rules that match it. Returns its envelope. */
  put(event: NewEvent): EventEnvelope;
  /** Deliver an event to one rule's targets. Throws what EventBridge would count as a failed invocation. */
  deliver(rule: Rule, event: EventEnvelope): void;
  envelope(event: NewEvent): EventEnvelope;
  onEvent(listener: (event: EventEnvelope) => void): void;
}

export const createBus = (ports: BusPorts): Bus => {
  const listeners = new Set<(event: EventEnvelope) => void>();
  const envelope = (event: NewEvent): EventEnvelope => ({
    version: '0',
    id: randomUUID(),
    'detail-type': event.detailType,
    source: event.source,
    account: ports.account.accountId,
    // EventBridge's times are whole seconds.
    time: (event.time ?? ports.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: ports.account.region,
    resources: event.resources,
    detail: event.detail,
  });
  const deliver = (rule: Rule, event: EventEnvelope): void => {
    for (const target of rule.targets) deliverTo(ports, rule, target, event);
  };
  return {
    envelope,
    deliver,
    onEvent: (listener) => void listeners.add(listener),
    put: (event) => {
      const made = envelope(event);
      for (const listener of listeners) listener(made);
      for (const rule of ports.rules) {
        if (rule.enabled && rule.pattern !== undefined && matchesPattern(rule.pattern, made)) deliver(rule, made);
      }
      return made;
    },
  };
};

const deliverTo = (ports: BusPorts, rule: Rule, target: RuleTarget, event: EventEnvelope): void => {
  const service = target.arn.split(':')[2];
  const input = targetInput(rule, target, event);
  if (service === 'sqs') ports.queues.byArn(target.arn)?.send({ body: JSON.stringify(input), senderId: 'events.amazonaws.com' });
  if (service !== 'lambda') return; // notifications and the like: nobody listens here
  const name = functionNameOf(target.arn);
  if (!allowsRule(ports.permissions, name, rule.arn)) throw new Error(`no permission of function ${name} lets ${rule.arn} invoke it`);
  ports.invokeAsync(target.arn, input);
};
