import { type Age, expirationOf } from '../../expiration';
import type { CrossRegionCopyRule } from '../../policy/after-completion-schema';
import type { Policy, Schedule } from '../../policy/policy-schema';
import { schedulesOfTag } from '../../schedule-tag';

/** What a set is copied by in one region: the rules of all the schedules that made it, together. */
export interface CopyRule {
  readonly region: string;
  /** Copies of encrypted snapshots are encrypted anyway. */
  readonly encrypted: boolean;
  /** ARN of the key in the region; undefined: the account's default EBS key, where anything is encrypted. */
  readonly kmsKey: string | undefined;
  readonly copyTags: boolean;
  /** How long copies are kept; undefined: until somebody deletes them. */
  readonly ages: readonly Age[] | undefined;
}

/** DLM's answers have the region under either name; older policies have `TargetRegion`. */
export const regionOf = ({ Target, TargetRegion }: CrossRegionCopyRule): string => Target ?? TargetRegion ?? '';

const rulesOf = (schedules: readonly Schedule[]): readonly CrossRegionCopyRule[] =>
  schedules.flatMap(({ CrossRegionCopyRules = [] }) => CrossRegionCopyRules);

/** The keys that these policies encrypt copies with. */
export const copyKeys = (policies: readonly Policy[]): readonly string[] =>
  [...new Set(policies.flatMap(({ Schedules }) => rulesOf(Schedules)).flatMap(({ CmkArn }) => CmkArn ?? []))].sort();

/** The regions that these policies copy to, in a stable order. */
export const copyRegions = (policies: readonly Policy[]): readonly string[] =>
  [...new Set(policies.flatMap(({ Schedules }) => rulesOf(Schedules)).map(regionOf))].sort();

const merged = (region: string, rules: readonly CrossRegionCopyRule[]): CopyRule => {
  const ages = rules.flatMap(({ RetainRule }) =>
    RetainRule === undefined ? [] : [{ interval: RetainRule.Interval, unit: RetainRule.IntervalUnit }],
  );
  return {
    region,
    encrypted: rules.some(({ Encrypted }) => Encrypted),
    kmsKey: rules.flatMap(({ CmkArn }) => CmkArn ?? [])[0],
    copyTags: rules.some(({ CopyTags }) => CopyTags === true),
    ages: ages.length < rules.length ? undefined : ages,
  };
};

/**
 * The rules for a set, by its tag of schedule names. As in DLM, coinciding schedules copy to all their regions and the longest retention counts;
 * which key counts DLM does not say: the first in the file. A schedule that is gone, or has another name now, has none.
 */
export const copyRulesOf = (policy: Pick<Policy, 'Schedules'>, scheduleTag: string): readonly CopyRule[] => {
  const rules = rulesOf(schedulesOfTag(scheduleTag, policy));
  return [...new Set(rules.map(regionOf))].map((region) =>
    merged(
      region,
      rules.filter((rule) => regionOf(rule) === region),
    ),
  );
};

/** When the copy of a set that was begun at `start` is over: the age is the set's, not the copy's. From when DLM counts is not published. */
export const copyExpires = ({ ages }: CopyRule, start: Date): Date | undefined =>
  ages === undefined ? undefined : expirationOf(ages, start);
