import type { Schedule } from './policy/policy-schema';

/** How long a schedule keeps its sets, where it keeps them by age. */
export interface Age {
  /** 1 or more; 100 years at most. */
  readonly interval: number;
  readonly unit: 'DAYS' | 'WEEKS' | 'MONTHS' | 'YEARS';
}

/** The age of a schedule's RetainRule; undefined where it retains by count, or has none. */
export const ageOf = ({ RetainRule }: Pick<Schedule, 'RetainRule'>): Age | undefined =>
  RetainRule?.Interval === undefined || RetainRule.IntervalUnit === undefined
    ? undefined
    : { interval: RetainRule.Interval, unit: RetainRule.IntervalUnit };

const addDays = (start: Date, days: number): Date => new Date(start.getTime() + days * 86_400_000);

/** The same day and time some months on. Where that month is shorter, its last day: a month after 31 January is 28 February. */
const addMonths = (start: Date, months: number): Date => {
  const lastDay = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + months + 1, 0)).getUTCDate();
  const moved = new Date(start);
  moved.setUTCMonth(start.getUTCMonth() + months, Math.min(start.getUTCDate(), lastDay));
  return moved;
};

const addAge = (start: Date, { interval, unit }: Age): Date => {
  switch (unit) {
    case 'DAYS':
      return addDays(start, interval);
    case 'WEEKS':
      return addDays(start, 7 * interval);
    case 'MONTHS':
      return addMonths(start, interval);
    case 'YEARS':
      return addMonths(start, 12 * interval);
  }
};

/**
 * When a set that was begun at `start` has the longest of these ages, in UTC's calendar (DLM: schedules that fire together give the longest
 * retention). Undefined without an age. How DLM counts a month is not published: the calendar is ours.
 */
export const expirationOf = (ages: readonly Age[], start: Date): Date | undefined => {
  const times = ages.map((age) => addAge(start, age).getTime());
  return times.length === 0 ? undefined : new Date(Math.max(...times));
};
