import { setPlan } from '../../lambda/core/plan-set';
import { runsOf } from '../../lambda/core/policy/coincide';
import { ROOM_FOR_TAGS } from '../../lambda/core/snapshot-tags';
import { policy, policyJson, problemsOf, schedule } from './policy-fixture';

const DUE = new Date('2026-11-22T03:00:00.000Z');
const tag = (Key: string, Value = 'v') => ({ Key, Value });
const tags = (count: number, prefix = 'k') => Array.from({ length: count }, (_, index) => tag(`${prefix}${index}`));
const weekly = (over: object, Name = 'Weekly') => schedule({ CronExpression: 'cron(0 3 ? * SUN *)' }, { Name, ...over });
const planOf = (schedules: readonly object[], over: object = {}) => {
  const all = policy({ Schedules: schedules, ...over });
  return setPlan({ policy: all, schedules: all.Schedules.map(({ Name }) => Name), due: DUE }, 'i-0123456789abcdef0');
};

describe('the plan of a set', () => {
  test('has what the policy excludes, whether tags are copied, its tags with their variables, and its ages', () => {
    const VariableTags = [tag('Instance', '$(instance-id)'), tag('At', '$(timestamp)')];
    const RetainRule = { Interval: 2, IntervalUnit: 'WEEKS' };
    const Parameters = { ExcludeBootVolume: true, ExcludeDataVolumeTags: [tag('scratch', '')] };
    expect(planOf([schedule({}, { CopyTags: true, TagsToAdd: [tag('Team', 'db')], VariableTags, RetainRule })], { Parameters })).toEqual({
      excludeBootVolume: true,
      excludeDataVolumeTags: [{ Key: 'scratch', Value: '' }],
      copyTags: true,
      tags: [tag('Team', 'db'), tag('Instance', 'i-0123456789abcdef0'), tag('At', '2026-11-22T03:00:00Z')],
      ages: [{ interval: 2, unit: 'WEEKS' }],
    });
  });

  test('of merged schedules has all their tags; of two values of a key the first schedule’s, and copies where any of them does', () => {
    const first = schedule({}, { Name: 'Daily', TagsToAdd: [tag('Team', 'db')], VariableTags: [tag('By', '$(timestamp)')] });
    const second = weekly({ CopyTags: true, TagsToAdd: [tag('By', 'hand'), tag('Keep', 'long'), tag('team', 'x')] });
    const plan = planOf([first, second]);
    expect(plan.tags).toEqual([tag('Team', 'db'), tag('By', '2026-11-22T03:00:00Z'), tag('Keep', 'long'), tag('team', 'x')]);
    expect(plan.copyTags).toBe(true);
  });

  test('of a run has only that of its own schedules', () => {
    const all = policy({
      Schedules: [schedule({}, { Name: 'Daily', TagsToAdd: [tag('a')] }), weekly({ CopyTags: true, TagsToAdd: [tag('b')] })],
    });
    expect(setPlan({ policy: all, schedules: ['Daily'], due: DUE }, 'i-1')).toMatchObject({ copyTags: false, tags: [tag('a')] });
  });
});

describe('tags of a policy are refused', () => {
  const inSchedule = (over: Readonly<Record<string, unknown>>) => policyJson({ Schedules: [schedule({}, over)] });
  const KEY = 'a tag key of 1 to 127 characters that does not begin with aws: or stillpoint:';
  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["with a key of AWS's", { TagsToAdd: [tag('aws:x')] }, `Schedules[0].TagsToAdd[0].Key: found "aws:x", allowed: ${KEY}`],
    [
      'with a key of ours',
      { VariableTags: [tag('Stillpoint:x', '$(timestamp)')] },
      `VariableTags[0].Key: found "Stillpoint:x", allowed: ${KEY}`,
    ],
    ['with a key that is too long', { TagsToAdd: [tag('k'.repeat(128))] }, `allowed: ${KEY}`],
    ['with a value that is too long', { TagsToAdd: [tag('k', 'v'.repeat(257))] }, 'allowed: a tag value of 0 to 256 characters'],
    [
      'with another variable',
      { VariableTags: [tag('k', '$(name)')] },
      'VariableTags[0].Value: found "$(name)", allowed: one of $(instance-id), $(timestamp)',
    ],
    [
      'with a key given twice',
      { TagsToAdd: [tag('a'), tag('b'), tag('a')] },
      'TagsToAdd[2].Key: found "a", allowed: a key that the schedule gives once',
    ],
    [
      'with a key given in both lists',
      { TagsToAdd: [tag('a')], VariableTags: [tag('a', '$(timestamp)')] },
      'Schedules[0].VariableTags[0].Key: found "a", allowed: a key that the schedule gives once',
    ],
    ['with more than DLM takes', { TagsToAdd: tags(46) }, 'Schedules[0].TagsToAdd: found [{"Key":"k0"'],
    ['with something else', { CopyTags: 'yes' }, 'Schedules[0].CopyTags: found "yes", allowed: true or false'],
  ])('%s', (_, over, expected) => {
    expect(problemsOf(inSchedule(over))).toEqual([expect.stringContaining(expected)]);
  });

  test('with more exclusions than DLM takes', () => {
    expect(problemsOf(policyJson({ Parameters: { ExcludeDataVolumeTags: tags(51) } }))).toEqual([
      expect.stringMatching(/^Parameters\.ExcludeDataVolumeTags: found .*allowed: a list of at most 50 tags$/),
    ]);
    expect(problemsOf(policyJson({ Parameters: { ExcludeDataVolumeTags: tags(50) } }))).toEqual([]);
  });

  test('where a snapshot has no room for them, in one schedule', () => {
    expect(problemsOf(inSchedule({ TagsToAdd: tags(ROOM_FOR_TAGS) }))).toEqual([]);
    expect(problemsOf(inSchedule({ TagsToAdd: tags(ROOM_FOR_TAGS), VariableTags: [tag('more', '$(timestamp)')] }))).toEqual([
      `Schedules[0].TagsToAdd: found ${ROOM_FOR_TAGS + 1}, allowed: at most ${ROOM_FOR_TAGS} different keys in TagsToAdd and VariableTags: EC2 takes 50 tags a snapshot, the others are Stillpoint's`,
    ]);
  });

  test('where a snapshot has no room for those of schedules that coincide', () => {
    const daily = schedule({}, { Name: 'Daily', TagsToAdd: tags(ROOM_FOR_TAGS - 2) });
    const afternoon = schedule({ CronExpression: 'cron(0 15 * * ? *)' }, { Name: 'Afternoon', TagsToAdd: tags(3, 'other') });
    expect(problemsOf(policyJson({ Schedules: [daily, afternoon, weekly({ TagsToAdd: [tag('k0'), tag('x'), tag('y')] })] }))).toEqual([]);
    expect(
      problemsOf(
        policyJson({ Schedules: [afternoon, daily, weekly({ VariableTags: ['x', 'y', 'z'].map((key) => tag(key, '$(timestamp)')) })] }),
      ),
    ).toEqual([
      expect.stringMatching(
        new RegExp(
          `^Schedules\\[1\\]\\.TagsToAdd: found ${ROOM_FOR_TAGS + 1}, allowed: .*, with all schedules of one minute: Daily, Weekly: `,
        ),
      ),
    ]);
  });
});

describe('schedules make one run where they fall on the same minute', () => {
  const runs = (...rules: readonly object[]) =>
    runsOf(policy({ Schedules: rules.map((rule, index) => ({ Name: 'abcd'[index], CreateRule: rule })) }).Schedules).map((run) =>
      run.map(({ Name }) => Name).join(''),
    );
  const cron = (CronExpression: string) => ({ CronExpression: `cron(${CronExpression})` });
  const every = (Interval: number, time: string) => ({ Interval, IntervalUnit: 'HOURS', Times: [time] });

  test.each<[string, readonly object[], readonly string[]]>([
    ['never, at other minutes', [cron('0 3 * * ? *'), cron('1 3 * * ? *')], ['a', 'b']],
    ['on some days', [cron('0 3 * * ? *'), cron('0 3 ? * SUN *')], ['a', 'ab']],
    ['never, on other days', [cron('0 3 ? * MON *'), cron('0 3 ? * SUN *')], ['a', 'b']],
    ['on a rare day: a first of January that is a Sunday', [cron('0 3 1 1 ? *'), cron('0 3 ? * SUN *')], ['a', 'b', 'ab']],
    ['at some hours', [every(6, '00:30'), every(8, '00:30')], ['a', 'b', 'ab']],
    ['never: the year’s second Tuesday of March is not the 7th', [cron('0 3 7 3 ? *'), cron('0 3 ? 3 TUE#2 *')], ['a', 'b']],
  ])('%s', (_, rules, expected) => {
    expect([...new Set(runs(...rules))].sort()).toEqual([...expected].sort());
  });
});
