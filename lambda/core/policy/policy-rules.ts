import { AFTER_COMPLETION_RULES, repeatedRegions } from './after-completion-rules';
import { HANA_DOCUMENT, isHana } from './execution-handler';
import { type JsonObject, objectsAt } from './json-path';
import type { PolicyProblem } from './policy-problem';
import { countOrAge, distinct, has, keyProblem, length, type Rule, SCHEDULE, together } from './policy-rule';

const POLICY: readonly string[] = [];
const CREATE_RULE = [...SCHEDULE, 'CreateRule'];
const SCRIPT = [...CREATE_RULE, 'Scripts', '*'];
const RETAIN_RULE = [...SCHEDULE, 'RetainRule'];

const postOnly = ({ Stages }: JsonObject): boolean => Array.isArray(Stages) && Stages.includes('POST') && !Stages.includes('PRE');

const RULES: readonly Rule[] = [
  ...AFTER_COMPLETION_RULES,
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
  ...countOrAge(RETAIN_RULE),
];

/** Names tell a run's schedules apart: in rules, tags and events. */
const repeatedNames = (input: unknown): readonly PolicyProblem[] => {
  const schedules = objectsAt(input, SCHEDULE).filter(({ object }) => has(object, 'Name'));
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
