import { createHash } from 'node:crypto';
import { AwsError } from '../aws-error';
import type { Clock } from '../clock';
import type { Message } from './message';
import type { QueueSettings } from './queue-settings';

/** The deduplication interval: five minutes, also after the message was received and deleted. */
const INTERVAL_MS = 5 * 60_000;

export interface Deduplication {
  /** The message that took the id within the interval. */
  find(key: string): Message | undefined;
  remember(key: string, message: Message): void;
}

export const createDeduplication = (clock: Clock): Deduplication => {
  const taken = new Map<string, { readonly message: Message; readonly until: number }>();
  return {
    find: (key) => {
      const found = taken.get(key);
      return found !== undefined && found.until > clock.monotonic() ? found.message : undefined;
    },
    remember: (key, message) => taken.set(key, { message, until: clock.monotonic() + INTERVAL_MS }),
  };
};

/** The deduplication id of a message: as given, or the hash of its body where the queue takes that. */
export const deduplicationIdOf = (settings: QueueSettings, body: string, given: string | undefined): string => {
  if (given !== undefined) return given;
  if (settings.contentBasedDeduplication) return createHash('sha256').update(body).digest('hex');
  throw new AwsError(
    'InvalidParameterValue',
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
};
