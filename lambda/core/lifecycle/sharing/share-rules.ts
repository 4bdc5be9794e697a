import { type Age, expirationOf } from '../../expiration';
import type { ShareRule } from '../../policy/after-completion-schema';
import type { Schedule } from '../../policy/policy-schema';

/** What the schedules of a set say about sharing it. */
export interface Sharing {
  /** Ids of the accounts, each once, in order. */
  readonly accounts: readonly string[];
  /** The longest time of all rules from when it is shared; undefined: for ever. */
  readonly ages: readonly Age[] | undefined;
}

const ageOf = ({ UnshareInterval, UnshareIntervalUnit }: ShareRule): Age | undefined =>
  UnshareInterval === undefined || UnshareIntervalUnit === undefined ? undefined : { interval: UnshareInterval, unit: UnshareIntervalUnit };

/** The accounts of these rules, each once. */
export const targetAccounts = (schedules: readonly Pick<Schedule, 'ShareRules'>[]): readonly string[] =>
  [...new Set(schedules.flatMap(({ ShareRules = [] }) => ShareRules.flatMap(({ TargetAccounts }) => TargetAccounts)))].sort();

/** Schedules that coincide share their set with all accounts of all of them, until the last time of any. Undefined: none shares. */
export const sharingOf = (schedules: readonly Pick<Schedule, 'ShareRules'>[]): Sharing | undefined => {
  const rules = schedules.flatMap(({ ShareRules = [] }) => ShareRules);
  if (rules.length === 0) return undefined;
  const ages = rules.flatMap((rule) => ageOf(rule) ?? []);
  return { accounts: targetAccounts(schedules), ages: ages.length < rules.length ? undefined : ages };
};

/** When the sharing that begins now ends; undefined: never. */
export const sharedUntil = ({ ages }: Sharing, now: Date): Date | undefined => ages && expirationOf(ages, now);
