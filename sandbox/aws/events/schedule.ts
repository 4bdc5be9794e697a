import { cronMatcher } from '../../../lambda/core/policy/cron';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** A schedule that is accepted is due in every year. */
const LOOK_AHEAD_HOURS = 366 * 24;

/** The first minute of a `cron(...)` expression at or after the minute that `from` lies in. The expression has one minute of the hour. */
export const nextDue = (expression: string, from: Date): Date => {
  const matches = cronMatcher(expression);
  const minute = Number(/^cron\(\s*(\d+)/.exec(expression)?.[1]);
  if (Number.isNaN(minute)) throw new Error(`${expression}: the sandbox fires schedules with one minute of the hour`);
  const first = Math.floor(from.getTime() / HOUR_MS) * HOUR_MS + minute * MINUTE_MS;
  const start = first + MINUTE_MS <= from.getTime() ? first + HOUR_MS : first;
  for (let hour = 0; hour < LOOK_AHEAD_HOURS; hour += 1) {
    const candidate = new Date(start + hour * HOUR_MS);
    if (matches(candidate)) return candidate;
  }
  throw new Error(`${expression}: not due within a year`);
};
