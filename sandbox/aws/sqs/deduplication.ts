import { createHash } from 'node:crypto';
import type { Clock } from '../clock';
import type { Message } from './message';

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

export const contentHash = (body: string): string => createHash('sha256').update(body).digest('hex');
