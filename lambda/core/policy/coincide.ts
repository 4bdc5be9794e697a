import { cronMatcher, cronNext } from './cron';
import type { Schedule } from './policy-schema';
import { scheduleExpression } from './schedule';

const DAY_MS = 86_400_000;
/** Any 28 years up to 2099 hold each pairing of date and weekday, and the calendar of each schedule is the same in every year. */
const FIRST_DAY = Date.UTC(2026, 0, 1);
const DAYS = 28 * 365.25;

interface Times {
  readonly schedule: Schedule;
  /** Its times of the day, in minutes. */
  readonly times: readonly number[];
  isDueOn(day: number): boolean;
}

const timesOf = (schedule: Schedule): Times | undefined => {
  const expression = scheduleExpression(schedule);
  const first = cronNext(expression)(new Date(FIRST_DAY - 1));
  if (first === undefined) return undefined; // its years are over
  const matches = cronMatcher(expression);
  const day = Math.floor(first.getTime() / DAY_MS) * DAY_MS;
  const hours = Array.from({ length: 24 }, (_, hour) => hour * 60 + first.getUTCMinutes());
  const times = hours.filter((time) => matches(new Date(day + time * 60_000)));
  return { schedule, times, isDueOn: (date) => matches(new Date(date + (times[0] ?? 0) * 60_000)) };
};

/** The sets of schedules that are due on one day, each once. */
const dueTogether = (all: readonly Times[]): readonly (readonly Times[])[] => {
  const found = new Map<string, readonly Times[]>();
  for (let day = 0; day < DAYS; day += 1) {
    const due = all.filter(({ isDueOn }) => isDueOn(FIRST_DAY + day * DAY_MS));
    found.set(due.map(({ schedule }) => schedule.Name).join(), due);
  }
  return [...found.values()];
};

/** All sets of these schedules that make one run some day: those that fall on the same minute. */
export const runsOf = (schedules: readonly Schedule[]): readonly (readonly Schedule[])[] =>
  dueTogether(schedules.flatMap((schedule) => timesOf(schedule) ?? [])).flatMap((due) => {
    const times = new Set(due.flatMap((one) => one.times));
    return [...times].map((time) => due.filter((one) => one.times.includes(time)).map(({ schedule }) => schedule));
  });
