import { type Account, arnOf } from '../../account';
import type { Call } from '../../operation';
import type { Check } from '../check';

interface Entry {
  readonly Source?: string | undefined;
  readonly DetailType?: string | undefined;
  readonly EventBusName?: string | undefined;
}

const busArn = (account: Account, nameOrArn = 'default'): string =>
  nameOrArn.startsWith('arn:') ? nameOrArn : arnOf(account, 'events', `event-bus/${nameOrArn}`);

/** PutEvents: on each bus, with the sources and detail-types of all its entries. */
export const putEventsRights =
  (account: Account) =>
  ({ Entries }: { readonly Entries: readonly Entry[] }, call: Call): readonly Check[] => {
    const buses = new Set(Entries.map(({ EventBusName }) => busArn({ ...account, region: call.region }, EventBusName)));
    return [...buses].map((resource) => ({
      action: 'events:PutEvents',
      resource,
      context: {
        'events:source': Entries.flatMap(({ Source }) => Source ?? []),
        'events:detail-type': Entries.flatMap(({ DetailType }) => DetailType ?? []),
      },
    }));
  };

/** The service that rules deliver for. */
export const RULES = 'events.amazonaws.com';

const forRule = (action: string, resource: string, ruleArn: string): Check => ({
  action,
  resource,
  context: { 'aws:SourceArn': [ruleArn] },
});

/** A rule that invokes a function. It sends no aws:SourceAccount. */
export const invokeByRule = (functionArn: string, ruleArn: string): Check => forRule('lambda:InvokeFunction', functionArn, ruleArn);

/** A rule that sends to a queue, as its target or with what it could not deliver. */
export const sendByRule = (queueArn: string, ruleArn: string): Check => forRule('sqs:SendMessage', queueArn, ruleArn);
