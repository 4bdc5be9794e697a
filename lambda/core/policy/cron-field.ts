/** One of the five fields of EventBridge's cron expressions that list numbers (the sixth, years, is one too). */
export interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values, from `min` on. EventBridge documents capitals. */
  readonly names?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

export const MINUTES: CronField = { name: 'minutes', min: 0, max: 59 };
export const HOURS: CronField = { name: 'hours', min: 0, max: 23 };
export const DAY_OF_MONTH: CronField = { name: 'day-of-month', min: 1, max: 31 };
export const MONTH: CronField = { name: 'month', min: 1, max: 12, names: MONTHS };
/** 1 is Sunday, not Monday, and not cron's 0. */
export const DAY_OF_WEEK: CronField = { name: 'day-of-week', min: 1, max: 7, names: DAYS };
export const YEAR: CronField = { name: 'year', min: 1970, max: 2199 };

/** A field that can't be read; its message says what is allowed. */
export class CronFieldError extends Error {}

const describe = (field: CronField): string =>
  `${field.name}: ${field.min} to ${field.max}${field.names ? ` or ${field.names[0]} to ${field.names.at(-1)}` : ''}`;

/** A number or name of the field. */
export const fieldValue = (field: CronField, text: string): number => {
  const named = field.names?.indexOf(text) ?? -1;
  const value = named >= 0 ? named + field.min : /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= field.min && value <= field.max) return value;
  throw new CronFieldError(`${describe(field)} (not '${text}')`);
};

const ITEM = /^(?<from>\*|\w+)(?:-(?<to>\w+))?(?:\/(?<step>\d{1,4}))?$/;

const itemValues = (field: CronField, item: string): readonly number[] => {
  const { from, to, step } = ITEM.exec(item)?.groups ?? {};
  if (from === undefined || (from === '*' && to !== undefined)) throw new CronFieldError(`${describe(field)} (not '${item}')`);
  const first = from === '*' ? field.min : fieldValue(field, from);
  const openEnd = from === '*' || step !== undefined ? field.max : first;
  const last = to === undefined ? openEnd : fieldValue(field, to);
  const stride = step === undefined ? 1 : Number(step);
  if (last < first) throw new CronFieldError(`${field.name}: ranges that go up; write '${item}' as two ranges`);
  if (stride < 1 || stride > field.max) throw new CronFieldError(`${field.name}: steps from 1 to ${field.max} (not '${item}')`);
  return Array.from({ length: Math.floor((last - first) / stride) + 1 }, (_, index) => first + index * stride);
};

/** Every number that a field of lists, ranges and steps means, in order. Throws a {@link CronFieldError}. */
export const fieldValues = (field: CronField, text: string): readonly number[] => {
  const values = new Set(text.split(',').flatMap((item) => itemValues(field, item)));
  return [...values].sort((a, b) => a - b);
};
