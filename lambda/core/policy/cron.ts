import { Cron } from 'croner';
import { CronFieldError, DAY_OF_MONTH, DAY_OF_WEEK, fieldValue, fieldValues, HOURS, MINUTES, MONTH, YEAR } from './cron-field';

/** DLM's limits: 17 to 106 characters, cron(...) with 11 to 100 inside. */
const WRAPPED = /^cron\(([^\n]{11,100})\)$/;

/** Spelled for croner: the same calendar in its own notation, every number written out. */
interface Translation {
  readonly pattern: string;
  /** The calendar of a year, without the expression's years. */
  readonly yearly: string;
  readonly years: readonly number[];
}

const refuse = (message: string): never => {
  throw new CronFieldError(message);
};

/** `?`, `L`, `nW`, or numbers. A W past the 28th is refused: what EventBridge does in a shorter month is not documented. */
const dayOfMonth = (text: string): string => {
  if (text === '?') return '*';
  if (text === 'L') return 'L';
  const weekday = /^(\d{1,2})W$/.exec(text)?.[1];
  if (weekday !== undefined) return Number(weekday) >= 1 && Number(weekday) <= 28 ? text : refuse('day-of-month: 1W to 28W');
  if (/[LW]/.test(text)) return refuse(`day-of-month: L or nW alone (not '${text}')`);
  return fieldValues(DAY_OF_MONTH, text).join();
};

/** `?`, `L` (the week's last day, Saturday), `nL` (the month's last such day), `n#k`, or numbers. Croner writes `nL` as `n#L`. */
const dayOfWeek = (text: string): string => {
  if (text === '?') return '*';
  if (text === 'L') return '7';
  const { last, nth, place } = /^(?:(?<last>\w+)L|(?<nth>\w+)#(?<place>\w+))$/.exec(text)?.groups ?? {};
  if (last !== undefined) return `${fieldValue(DAY_OF_WEEK, last)}#L`;
  if (nth !== undefined && place !== undefined)
    return /^[1-5]$/.test(place) ? `${fieldValue(DAY_OF_WEEK, nth)}#${place}` : refuse(`day-of-week: #1 to #5 (not '${text}')`);
  if (text.includes('#')) return refuse(`day-of-week: one day with # alone (not '${text}')`);
  return fieldValues(DAY_OF_WEEK, text).join();
};

type Fields = readonly [minutes: string, hours: string, monthDay: string, month: string, weekDay: string, year: string];

const areSix = (fields: readonly string[]): fields is Fields => fields.length === 6;

const fieldsOf = (expression: string): Fields => {
  const inside = WRAPPED.exec(expression)?.[1];
  if (inside === undefined) return refuse("cron(...), 17 to 106 characters (rate expressions are not DLM's)");
  const fields = inside.trim().split(/\s+/);
  return areSix(fields) ? fields : refuse(`six fields: minutes hours day-of-month month day-of-week year (not ${fields.length})`);
};

const translate = (expression: string): Translation => {
  const [minutes, hours, monthDay, month, weekDay, year] = fieldsOf(expression);
  if ((monthDay === '?') === (weekDay === '?')) return refuse('? in exactly one of day-of-month and day-of-week');
  const minute = fieldValues(MINUTES, minutes);
  if (minute.length !== 1) return refuse("one minute of the hour: DLM's schedules are at least 1 hour apart");
  const days = `${dayOfMonth(monthDay)} ${fieldValues(MONTH, month).join()} ${dayOfWeek(weekDay)}`;
  const years = fieldValues(YEAR, year);
  const yearly = `0 ${minute.join()} ${fieldValues(HOURS, hours).join()} ${days}`;
  return { pattern: `${yearly} ${year === '*' ? '*' : years.join()}`, yearly: `${yearly} *`, years };
};

const cronOf = (pattern: string): Cron => new Cron(pattern, { mode: '7-part', alternativeWeekdays: true, utcOffset: 0 });

/** Any 28 years hold each pairing of leap day and weekday, so what happens in each of them happens every year. */
const CALENDARS = Array.from({ length: 28 }, (_, index) => 2001 + index);

const everyYear = (yearly: string): boolean => {
  const cron = cronOf(yearly);
  return CALENDARS.every((year) => cron.nextRun(new Date(Date.UTC(year - 1, 11, 31, 23, 59, 59)))?.getUTCFullYear() === year);
};

const calendarProblem = ({ yearly, years }: Translation): string | undefined => {
  const gap = years.some((year, index) => index > 0 && year - (years[index - 1] ?? year) > 1);
  if (gap || !everyYear(yearly)) return "a time in every year: DLM's schedules are at most 1 year apart";
  return undefined;
};

/** What is allowed, if EventBridge or DLM would not take this cron expression or it can't mean what it says. */
export const cronProblem = (expression: string): string | undefined => {
  try {
    return calendarProblem(translate(expression));
  } catch (error) {
    if (error instanceof CronFieldError) return error.message;
    throw error;
  }
};

/** Whether a minute is one of the expression's, in UTC. The expression is one that {@link cronProblem} accepts. */
export const cronMatcher = (expression: string): ((minute: Date) => boolean) => {
  const cron = cronOf(translate(expression).pattern);
  return (minute) => cron.match(minute);
};

/** The expression's first minute after a time, in UTC; `undefined` when its years are over. */
export const cronNext = (expression: string): ((after: Date) => Date | undefined) => {
  const cron = cronOf(translate(expression).pattern);
  return (after) => cron.nextRun(after) ?? undefined;
};
