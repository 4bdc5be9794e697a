import type { JsonObject, JsonPath } from './json-path';
import type { PolicyProblem } from './policy-problem';

/** A limit that is not of one value alone. It looks at the file as it stands, so it speaks whatever else is wrong. */
export interface Rule {
  readonly at: readonly string[];
  readonly key: string;
  readonly allowed: string;
  readonly holds: (object: JsonObject) => boolean;
}

export const SCHEDULE: readonly string[] = ['Schedules', '*'];

export const has = (object: JsonObject, key: string): boolean => Object.hasOwn(object, key);

export const length = (at: readonly string[], key: string, min: number, max: number, allowed: string): Rule => ({
  at,
  key,
  allowed,
  holds: ({ [key]: list }) => !Array.isArray(list) || (list.length >= min && list.length <= max),
});

export const distinct = (list: unknown): boolean => !Array.isArray(list) || new Set(list).size === list.length;

export const together = (object: JsonObject, one: string, other: string): boolean => has(object, one) === has(object, other);

/** DLM: 100 years at most. */
const MAX_AGE: Readonly<Record<string, number>> = { DAYS: 36_500, WEEKS: 5_200, MONTHS: 1_200, YEARS: 100 };

export const withinMaxAge = ({ Interval, IntervalUnit }: JsonObject): boolean =>
  typeof Interval !== 'number' || typeof IntervalUnit !== 'string' || Interval <= (MAX_AGE[IntervalUnit] ?? Infinity);

export const MAX_AGE_TEXT = 'at most 100 years: 36500 DAYS, 5200 WEEKS, 1200 MONTHS, 100 YEARS';

/** Of a rule that holds for so many, or for so long. */
export const countOrAge = (at: readonly string[]): readonly Rule[] => [
  {
    ...{ at, key: 'Count', allowed: 'either Count or Interval with IntervalUnit' },
    holds: (rule) => has(rule, 'Count') !== has(rule, 'Interval'),
  },
  {
    ...{ at, key: 'IntervalUnit', allowed: 'Interval and IntervalUnit together' },
    holds: (rule) => together(rule, 'Interval', 'IntervalUnit'),
  },
  { at, key: 'Interval', allowed: MAX_AGE_TEXT, holds: withinMaxAge },
];

export const keyProblem = (path: JsonPath, object: JsonObject, key: string, message: string): PolicyProblem =>
  has(object, key)
    ? { kind: 'value', path: [...path, key], found: object[key], message }
    : { kind: 'missing', path: [...path, key], message };
