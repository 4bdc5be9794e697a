import { cronMatcher, cronNext } from './cron';
import type { Policy, Schedule } from './policy-schema';

/** Ours: DLM picks a time by itself when `Times` is absent, here it is midnight UTC, the same after every deployment. */
const DEFAULT_TIME = '00:00';

const MINUTE_MS = 60_000;
/** An event carries its rule's time, so its due minute is not further back than this. */
const LOOK_BACK_MINUTES = 60;

/**
 * A schedule as EventBridge's expression. An interval becomes its hours, each written out: `9/6` would miss 3 o'clock.
 */
export const scheduleExpression = (schedule: Schedule): string => {
  const { CronExpression, Interval = 24, Times } = schedule.CreateRule;
  if (CronExpression !== undefined) return CronExpression;
  const time = Times?.[0] ?? DEFAULT_TIME;
  const hour = Number(time.slice(0, 2));
  const minute = Number(time.slice(3));
  const hours = Array.from({ length: 24 / Interval }, (_, index) => (hour + index * Interval) % 24).sort((a, b) => a - b);
  return `cron(${minute} ${hours.join()} * * ? *)`;
};

/** The schedule's latest minute at or before `time`, at most an hour back; `undefined` when there is none. */
export const dueMinute = (schedule: Schedule, time: Date): Date | undefined => {
  const matches = cronMatcher(scheduleExpression(schedule));
  const start = Math.floor(time.getTime() / MINUTE_MS) * MINUTE_MS;
  for (let back = 0; back <= LOOK_BACK_MINUTES; back += 1) {
    const minute = new Date(start - back * MINUTE_MS);
    if (matches(minute)) return minute;
  }
  return undefined;
};

/** All schedules of the policy that fall on this minute, in the policy's order: they make one run. */
export const schedulesDue = (policy: Policy, due: Date): readonly Schedule[] =>
  policy.Schedules.filter((schedule) => cronMatcher(scheduleExpression(schedule))(due));

/** The policy's first due minute after a time, whichever schedule it is of. */
export const firstDue = (policy: Policy, after: Date): Date | undefined =>
  policy.Schedules.flatMap((schedule) => cronNext(scheduleExpression(schedule))(after) ?? []).sort((a, b) => a.getTime() - b.getTime())[0];
