import type { Policy } from '../../../lambda/core/policy/policy-schema';
import { policy, schedule } from '../../unit/policy-fixture';

type Retain = { readonly Count: number } | { readonly Interval: number; readonly IntervalUnit: 'DAYS' | 'WEEKS' };

const daily = (RetainRule?: Retain) => schedule({}, { Name: 'Daily', ...(RetainRule && { RetainRule }) });
const weekly = (RetainRule?: Retain) =>
  schedule({ CronExpression: 'cron(0 3 ? * 5 *)' }, { Name: 'Weekly', ...(RetainRule && { RetainRule }) });
const monthly = () => schedule({ CronExpression: 'cron(0 3 1 * ? *)' }, { Name: 'Monthly' });

const days = (Interval: number): Retain => ({ Interval, IntervalUnit: 'DAYS' });

const SCHEDULES = {
  count: [daily({ Count: 3 })],
  one: [daily({ Count: 1 })],
  age: [daily(days(5))],
  /** Its age is over long before the next set. */
  rare: [weekly(days(1))],
  merged: [daily({ Count: 4 }), weekly({ Interval: 3, IntervalUnit: 'WEEKS' })],
  ages: [daily(days(3)), weekly(days(20))],
  counts: [daily({ Count: 2 }), weekly({ Count: 3 })],
  forever: [daily(days(2)), monthly()],
};
export type PolicyName = keyof typeof SCHEDULES;
export const POLICY_NAMES: readonly string[] = Object.keys(SCHEDULES);

/** Which schedules fall on a day of the year, at the same minute. */
const FALLS: Readonly<Record<string, (day: number) => boolean>> = {
  Daily: () => true,
  Weekly: (day) => day % 7 === 0,
  Monthly: (day) => day % 30 === 0,
};
export const isDue = (name: string, day: number): boolean => FALLS[name]?.(day) ?? false;

export const POLICIES: ReadonlyMap<string, Policy> = new Map(
  Object.entries(SCHEDULES).map(([name, Schedules]) => [name, policy({ TargetTags: [{ Key: 'Backup', Value: name }], Schedules })]),
);
