import type { Queues } from '../sqs/queues';
import { type EventSource, openEventSource } from './event-source';
import type { EventSourceMapping } from './function-config';
import type { Functions } from './functions';

/** The account's event source mappings. */
export interface EventSources {
  readonly all: readonly EventSource[];
  /** One of the same queue and function goes on with new settings; one that is gone takes no more messages, and ends those it has. */
  configure(mappings: readonly EventSourceMapping[]): void;
  close(): void;
}

const keyOf = ({ queueArn, functionName }: EventSourceMapping): string => `${queueArn} ${functionName}`;

export const createEventSources = (queues: Queues, functions: Functions, region: string): EventSources => {
  let sources: ReadonlyMap<string, EventSource> = new Map();
  const open = (mapping: EventSourceMapping): EventSource => {
    const queue = queues.byArn(mapping.queueArn);
    if (queue === undefined) throw new Error(`an event source mapping names the unknown queue ${mapping.queueArn}`);
    return openEventSource(mapping, queue, functions, region);
  };
  return {
    get all() {
      return [...sources.values()];
    },
    configure: (mappings) => {
      const next = new Map(mappings.map((mapping) => [keyOf(mapping), mapping]));
      for (const [key, source] of sources) if (!next.has(key)) source.retire();
      for (const [key, mapping] of next) sources.get(key)?.configure(mapping);
      sources = new Map([...next].map(([key, mapping]) => [key, sources.get(key) ?? open(mapping)]));
    },
    close: () => {
      for (const source of sources.values()) source.close();
    },
  };
};
