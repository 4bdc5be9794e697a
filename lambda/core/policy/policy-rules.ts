import { HANA_DOCUMENT, isHana } from './execution-handler';
import { type JsonObject, type JsonPath, objectsAt } from './json-path';
import type { PolicyProblem } from './policy-problem';

/** A limit that is not of one value alone. It looks at the file as it stands, so it speaks whatever else is wrong. */
interface Rule {
  readonly at: readonly string[];
  readonly key: string;
  readonly allowed: string;
  readonly holds: (object: JsonObject) => boolean;
}

const POLICY: readonly string[] = [];
const SCHEDULE = ['Schedules', '*'];
const CREATE_RULE = [...SCHEDULE, 'CreateRule'];
const SCRIPT = [...CREATE_RULE, 'Scripts', '*'];
const RETAIN_RULE = [...SCHEDULE, 'RetainRule'];
const COPY_RULE = [...SCHEDULE, 'CrossRegionCopyRules', '*'];
const SHARE_RULE = [...SCHEDULE, 'ShareRules', '*'];
const FAST_RESTORE_RULE = [...SCHEDULE, 'FastRestoreRule'];

const has = (object: JsonObject, key: string): boolean => Object.hasOwn(object, key);

const length = (at: readonly string[], key: string, min: number, max: number, allowed: string): Rule => ({
  at,
  key,
  allowed,
  holds: ({ [key]: list }) => !Array.isArray(list) || (list.length >= min && list.length <= max),
});

const distinct = (list: unknown): boolean => !Array.isArray(list) || new Set(list).size === list.length;

const together = (object: JsonObject, one: string, other: string): boolean => has(object, one) === has(object, other);

/** DLM: 100 years at most. */
const MAX_AGE: Readonly<Record<string, number>> = { DAYS: 36_500, WEEKS: 5_200, MONTHS: 1_200, YEARS: 100 };

const withinMaxAge = ({ Interval, IntervalUnit }: JsonObject): boolean =>
  typeof Interval !== 'number' || typeof IntervalUnit !== 'string' || Interval <= (MAX_AGE[IntervalUnit] ?? Infinity);

const postOnly = ({ Stages }: JsonObject): boolean => Array.isArray(Stages) && Stages.includes('POST') && !Stages.includes('PRE');

const MAX_AGE_TEXT = 'at most 100 years: 36500 DAYS, 5200 WEEKS, 1200 MONTHS, 100 YEARS';

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
  {
    at: FAST_RESTORE_RULE,
    key: 'Count',
    allowed: 'either Count or Interval with IntervalUnit',
    holds: (rule) => has(rule, 'Count') !== has(rule, 'Interval'),
  },
  {
    at: FAST_RESTORE_RULE,
    key: 'IntervalUnit',
    allowed: 'Interval and IntervalUnit together',
    holds: (rule) => together(rule, 'Interval', 'IntervalUnit'),
  },
  { at: FAST_RESTORE_RULE, key: 'Interval', allowed: MAX_AGE_TEXT, holds: withinMaxAge },
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

/** A key is of one region; DLM's answers have the region under one of two names. */
const isKeyOf = ({ CmkArn }: JsonObject, region: unknown): boolean => typeof CmkArn !== 'string' || CmkArn.split(':')[3] === region;

const COPY_RULES: readonly Rule[] = [
  length(['Schedules', '*'], 'CrossRegionCopyRules', 0, 3, 'a list of at most 3 copy rules'),
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

const RULES: readonly Rule[] = [
  ...COPY_RULES,
  ...SHARE_RULES,
  ...FAST_RESTORE_RULES,
  length(POLICY, 'ResourceTypes', 1, 1, '["INSTANCE"]'),
  length(POLICY, 'ResourceLocations', 1, 1, '["CLOUD"]'),
  length(POLICY, 'TargetTags', 1, 50, 'a list of 1 to 50 tags'),
  length(POLICY, 'Schedules', 1, 4, 'a list of 1 to 4 schedules'),
  {
    at: CREATE_RULE,
    key: 'CronExpression',
    allowed: 'either CronExpression or Interval with IntervalUnit',
    holds: (rule) => has(rule, 'CronExpression') !== has(rule, 'Interval'),
  },
  {
    at: CREATE_RULE,
    key: 'IntervalUnit',
    allowed: 'Interval and IntervalUnit together',
    holds: (rule) => together(rule, 'Interval', 'IntervalUnit'),
  },
  {
    at: CREATE_RULE,
    key: 'Times',
    allowed: 'Times with Interval only',
    holds: (rule) => !has(rule, 'Times') || !has(rule, 'CronExpression'),
  },
  length(SCHEDULE, 'TagsToAdd', 0, 45, 'a list of at most 45 tags'),
  length(SCHEDULE, 'VariableTags', 0, 45, 'a list of at most 45 tags'),
  length(['Parameters'], 'ExcludeDataVolumeTags', 0, 50, 'a list of at most 50 tags'),
  length(CREATE_RULE, 'Times', 0, 1, 'a list of one time hh:mm in UTC'),
  length(CREATE_RULE, 'Scripts', 0, 1, 'a list of at most 1 script'),
  length(SCRIPT, 'Stages', 1, 2, 'PRE, POST or both'),
  { at: SCRIPT, key: 'Stages', allowed: 'each stage once', holds: (script) => distinct(script['Stages']) },
  {
    at: SCRIPT,
    key: 'ExecuteOperationOnScriptFailure',
    allowed: 'no such key when Stages is POST alone',
    holds: (script) => !has(script, 'ExecuteOperationOnScriptFailure') || !postOnly(script),
  },
  {
    at: RETAIN_RULE,
    key: 'Count',
    allowed: 'either Count or Interval with IntervalUnit',
    holds: (rule) => has(rule, 'Count') !== has(rule, 'Interval'),
  },
  {
    at: RETAIN_RULE,
    key: 'IntervalUnit',
    allowed: 'Interval and IntervalUnit together',
    holds: (rule) => together(rule, 'Interval', 'IntervalUnit'),
  },
  {
    at: RETAIN_RULE,
    key: 'Interval',
    allowed: MAX_AGE_TEXT,
    holds: withinMaxAge,
  },
];

const keyProblem = (path: JsonPath, object: JsonObject, key: string, message: string): PolicyProblem =>
  has(object, key)
    ? { kind: 'value', path: [...path, key], found: object[key], message }
    : { kind: 'missing', path: [...path, key], message };

/** Names tell a run's schedules apart: in rules, tags and events. */
const repeatedNames = (input: unknown): readonly PolicyProblem[] => {
  const schedules = objectsAt(input, ['Schedules', '*']).filter(({ object }) => has(object, 'Name'));
  const names = schedules.map(({ object }) => object['Name']);
  return schedules
    .filter(({ object }, index) => names.indexOf(object['Name']) < index)
    .map(({ path, object }) => keyProblem(path, object, 'Name', 'a name that no other schedule of the policy has'));
};

/** A post-script after a failed pre-script could record a backup in HANA's catalogue that does not exist. */
const thawOfHana = (input: unknown): readonly PolicyProblem[] => {
  const handlers = objectsAt(input, SCRIPT).map(({ object }) => object['ExecutionHandler']);
  if (!handlers.some((handler) => typeof handler === 'string' && isHana(handler))) return [];
  return objectsAt(input, ['Stillpoint'])
    .filter(({ object }) => object['RecoveryThaw'] === 'always')
    .map(({ path, object }) => keyProblem(path, object, 'RecoveryThaw', `auto or never with ${HANA_DOCUMENT}`));
};

/** EC2 takes a key once; which of two values is meant, nobody knows. */
const repeatedTags = (input: unknown): readonly PolicyProblem[] =>
  objectsAt(input, SCHEDULE).flatMap(({ path, object }) => {
    const tags = ['TagsToAdd', 'VariableTags'].flatMap((key) => objectsAt(object, [key, '*'], []));
    const keys = tags.map((tag) => tag.object['Key']);
    return tags
      .filter((tag, index) => has(tag.object, 'Key') && keys.indexOf(tag.object['Key']) < index)
      .map((tag) => keyProblem([...path, ...tag.path], tag.object, 'Key', 'a key that the schedule gives once'));
  });

/** A schedule copies to a region by one rule. */
const repeatedRegions = (input: unknown): readonly PolicyProblem[] =>
  objectsAt(input, ['Schedules', '*']).flatMap(({ path, object }) => {
    const rules = objectsAt(object, ['CrossRegionCopyRules', '*'], path);
    const regions = rules.map((rule) => rule.object['Target'] ?? rule.object['TargetRegion']);
    return rules
      .filter((_, index) => regions[index] !== undefined && regions.indexOf(regions[index]) < index)
      .map((rule) => keyProblem(rule.path, rule.object, 'Target', 'a region that no other copy rule of the schedule has'));
  });

/** What breaks the rules over several keys and the lengths of lists. */
export const ruleProblems = (input: unknown): readonly PolicyProblem[] => [
  ...RULES.flatMap(({ at, key, allowed, holds }) =>
    objectsAt(input, at)
      .filter(({ object }) => !holds(object))
      .map(({ path, object }) => keyProblem(path, object, key, allowed)),
  ),
  ...repeatedNames(input),
  ...thawOfHana(input),
  ...repeatedTags(input),
  ...repeatedRegions(input),
];
