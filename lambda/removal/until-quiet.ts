import type { RemovalPorts } from './ports';

const LOOK_MS = 2_000;

/** What is found at one look, in words; undefined: nothing. */
type Look = (now: Date) => Promise<string | undefined>;

/**
 * Wait until nothing is found, and has not been for a while: a worker enters its execution a moment after it began, and SQS counts late. Returns
 * what there still is when the invocation has no more than `marginMs` left.
 */
export const untilQuiet = async (
  { clock, remainingMs, quietMs }: RemovalPorts,
  marginMs: number,
  look: Look,
): Promise<string | undefined> => {
  let quietSince: number | undefined;
  for (;;) {
    const now = clock.now();
    const found = await look(now);
    if (found !== undefined) quietSince = undefined;
    else quietSince ??= now.getTime();
    if (quietSince !== undefined && now.getTime() - quietSince >= quietMs) return undefined;
    if (remainingMs() < marginMs) return found ?? 'nothing any more, but not for long enough';
    await clock.sleep(LOOK_MS);
  }
};
