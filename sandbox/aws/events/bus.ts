import { randomUUID } from 'node:crypto';
import type { EventEnvelope } from '../../ports';
import type { Account } from '../account';
import type { Clock } from '../clock';
import type { Check } from '../iam/check';
import { invokeByRule, RULES, sendByRule } from '../iam/rights/events-rights';
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
  readonly rules: () => readonly Rule[];
  /** Why EventBridge may not do this; undefined when it may. */
  readonly refusal: (check: Check) => string | undefined;
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
      for (const rule of ports.rules()) {
        if (rule.enabled && rule.pattern !== undefined && matchesPattern(rule.pattern, made)) deliver(rule, made);
      }
      return made;
    },
  };
};

const deliverTo = (ports: BusPorts, rule: Rule, target: RuleTarget, event: EventEnvelope): void => {
  const service = target.arn.split(':')[2];
  const input = targetInput(rule, target, event);
  if (service === 'sqs') send(ports, rule, target.arn, input, target.messageGroupId);
  if (service !== 'lambda') return; // notifications and the like: nobody listens here
  const refusal = ports.refusal(invokeByRule(target.arn, rule.arn));
  if (refusal === undefined) return ports.invokeAsync(target.arn, input);
  if (target.deadLetterArn !== undefined) send(ports, rule, target.deadLetterArn, event);
  throw new Error(refusal);
};

/** Into a queue whose policy lets the rule. */
const send = ({ queues, refusal }: BusPorts, rule: Rule, queueArn: string, body: unknown, groupId?: string): void => {
  const why = refusal(sendByRule(queueArn, rule.arn));
  if (why !== undefined) throw new Error(why);
  queues.byArn(queueArn)?.send({ body: JSON.stringify(body), senderId: RULES, groupId });
};
