import { type JsonObject, objectsAt } from './json-path';
import type { PolicyProblem } from './policy-problem';
import { countOrAge, distinct, has, keyProblem, length, MAX_AGE_TEXT, type Rule, SCHEDULE, together, withinMaxAge } from './policy-rule';

const COPY_RULE = [...SCHEDULE, 'CrossRegionCopyRules', '*'];
const SHARE_RULE = [...SCHEDULE, 'ShareRules', '*'];
const FAST_RESTORE_RULE = [...SCHEDULE, 'FastRestoreRule'];

/** A key is of one region; DLM's answers have the region under one of two names. */
const isKeyOf = ({ CmkArn }: JsonObject, region: unknown): boolean => typeof CmkArn !== 'string' || CmkArn.split(':')[3] === region;

const COPY_RULES: readonly Rule[] = [
  length(SCHEDULE, 'CrossRegionCopyRules', 0, 3, 'a list of at most 3 copy rules'),
  {
    at: COPY_RULE,
    key: 'Target',
    allowed: 'the name of a region in Target (or in TargetRegion, its older name), the same in both',
    holds: ({ Target, TargetRegion }) => (Target ?? TargetRegion) !== undefined && (Target ?? TargetRegion) === (TargetRegion ?? Target),
  },
  {
    at: COPY_RULE,
    key: 'CmkArn',
    allowed: 'CmkArn with Encrypted true only',
    holds: (rule) => !has(rule, 'CmkArn') || rule['Encrypted'] === true,
  },
  {
    at: COPY_RULE,
    key: 'CmkArn',
    allowed: 'a key of the region that is copied to',
    holds: (rule) => isKeyOf(rule, rule['Target'] ?? rule['TargetRegion']),
  },
  {
    at: [...COPY_RULE, 'RetainRule'],
    key: 'Interval',
    allowed: MAX_AGE_TEXT,
    holds: withinMaxAge,
  },
];

const SHARE_RULES: readonly Rule[] = [
  length(SCHEDULE, 'ShareRules', 0, 1, 'a list of at most 1 share rule'),
  length(SHARE_RULE, 'TargetAccounts', 1, 50, 'a list of 1 to 50 account ids'),
  { at: SHARE_RULE, key: 'TargetAccounts', allowed: 'each account once', holds: (rule) => distinct(rule['TargetAccounts']) },
  {
    at: SHARE_RULE,
    key: 'UnshareIntervalUnit',
    allowed: 'UnshareInterval and UnshareIntervalUnit together',
    holds: (rule) => together(rule, 'UnshareInterval', 'UnshareIntervalUnit'),
  },
  {
    at: SHARE_RULE,
    key: 'UnshareInterval',
    allowed: MAX_AGE_TEXT,
    holds: (rule) => withinMaxAge({ Interval: rule['UnshareInterval'], IntervalUnit: rule['UnshareIntervalUnit'] }),
  },
];

const FAST_RESTORE_RULES: readonly Rule[] = [
  ...countOrAge(FAST_RESTORE_RULE),
  {
    at: FAST_RESTORE_RULE,
    key: 'AvailabilityZones',
    allowed: 'either AvailabilityZones or AvailabilityZoneIds',
    holds: (rule) => has(rule, 'AvailabilityZones') !== has(rule, 'AvailabilityZoneIds'),
  },
  ...['AvailabilityZones', 'AvailabilityZoneIds'].flatMap((key) => [
    length(FAST_RESTORE_RULE, key, 1, 10, 'a list of 1 to 10 zones'),
    { at: FAST_RESTORE_RULE, key, allowed: 'each zone once', holds: (rule: JsonObject) => distinct(rule[key]) },
  ]),
];

/** Limits of what is done with a set once it is completed. */
export const AFTER_COMPLETION_RULES: readonly Rule[] = [...COPY_RULES, ...SHARE_RULES, ...FAST_RESTORE_RULES];

/** A schedule copies to a region by one rule. */
export const repeatedRegions = (input: unknown): readonly PolicyProblem[] =>
  objectsAt(input, SCHEDULE).flatMap(({ path, object }) => {
    const rules = objectsAt(object, ['CrossRegionCopyRules', '*'], path);
    const regions = rules.map((rule) => rule.object['Target'] ?? rule.object['TargetRegion']);
    return rules
      .filter((_, index) => regions[index] !== undefined && regions.indexOf(regions[index]) < index)
      .map((rule) => keyProblem(rule.path, rule.object, 'Target', 'a region that no other copy rule of the schedule has'));
  });
