import { setTimeout as sleep } from 'node:timers/promises';
import { PutEventsCommand, type PutEventsCommandInput, type PutEventsCommandOutput } from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE, type OutgoingEvent } from '../core/event/common';
import { eventBridge } from './clients';

export type PutEvents = (input: PutEventsCommandInput) => Promise<Pick<PutEventsCommandOutput, 'Entries'>>;
type Pause = (ms: number) => Promise<unknown>;

const putEvents: PutEvents = (input) => eventBridge.send(new PutEventsCommand(input));

/** Entries that one PutEvents takes. */
const ENTRIES_A_CALL = 10;
const TRIES = 4;

/**
 * Put events on the default bus. A 200 may hold refused entries: those are put again, and what is refused four times
 * throws, so that the message comes back rather than an event is lost.
 */
export const publishEvents = async (events: readonly OutgoingEvent[], put: PutEvents = putEvents, pause: Pause = sleep): Promise<void> => {
  for (let start = 0; start < events.length; start += ENTRIES_A_CALL) {
    await publish(events.slice(start, start + ENTRIES_A_CALL), 1, put, pause);
  }
};

const publish = async (events: readonly OutgoingEvent[], attempt: number, put: PutEvents, pause: Pause): Promise<void> => {
  const { Entries: entries = [] } = await put({ Entries: events.map(toEntry) });
  const refused = events.filter((_, index) => entries[index]?.ErrorCode !== undefined);
  if (refused.length === 0) return;
  const codes = [...new Set(entries.flatMap((entry) => entry.ErrorCode ?? []))].join(', ');
  if (attempt >= TRIES) throw new Error(`EventBridge refused ${refused.length} events ${TRIES} times: ${codes}`);
  await pause(200 * 2 ** attempt);
  await publish(refused, attempt + 1, put, pause);
};

const toEntry = ({ detailType, resources, detail }: OutgoingEvent) => ({
  Source: EVENT_SOURCE,
  DetailType: detailType,
  Resources: [...resources],
  Detail: JSON.stringify(detail),
});
