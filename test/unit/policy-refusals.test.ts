import { policyJson, problemsOf, schedule, script } from './policy-fixture';

const inSchedule = (over: Readonly<Record<string, unknown>>) => policyJson({ Schedules: [schedule({}, over)] });

describe('a DLM key that is not built is refused by name, never ignored', () => {
  it.each<[string, unknown]>([
    [
      'Schedules[0].CrossRegionCopyRules[0].DeprecateRule',
      inSchedule({ CrossRegionCopyRules: [{ Target: 'eu-west-2', Encrypted: false, DeprecateRule: {} }] }),
    ],
    ['Schedules[0].ArchiveRule', inSchedule({ ArchiveRule: {} })],
    ['Schedules[0].DeprecateRule', inSchedule({ DeprecateRule: {} })],
    ['Parameters.NoReboot', policyJson({ Parameters: { NoReboot: true } })],
    ...[
      'EventSource',
      'Actions',
      'ResourceType',
      'CreateInterval',
      'RetainInterval',
      'CopyTags',
      'CrossRegionCopyTargets',
      'ExtendDeletion',
      'Exclusions',
      'DefaultPolicy',
      'ExecutionRoleArn',
      'PolicyId',
      'Tags',
    ].map((key): [string, unknown] => [key, policyJson({ [key]: 1 })]),
  ])('%s', (path, input) => {
    expect(problemsOf(input)).toEqual([expect.stringMatching(new RegExp(`^${path.replaceAll(/[[\].]/g, '\\$&')}: found .*, refused: .*`))]);
  });

  it('with the value that would be taken', () => {
    expect(problemsOf(policyJson({ CopyTags: true }))).toEqual([
      "CopyTags: found true, refused: of DLM's default policies; here a policy is a custom one, with Schedules[].CopyTags (only false is taken)",
    ]);
  });
});

describe('an unknown key is refused', () => {
  it.each<[unknown, string]>([
    [policyJson({ TargetTag: 1 }), 'TargetTag: unknown key; did you mean TargetTags?'],
    [policyJson({ targettags: 1 }), 'targettags: unknown key; did you mean TargetTags?'],
    [inSchedule({ RetainRul: {} }), 'Schedules[0].RetainRul: unknown key; did you mean RetainRule?'],
    [inSchedule({ ShareRule: [] }), 'Schedules[0].ShareRule: unknown key; did you mean ShareRules?'],
    [
      policyJson({ Schedules: [schedule({ Scripts: [script({ Timeout: 10, MaxRetryCount: 1 })] })] }),
      'Schedules[0].CreateRule.Scripts[0].MaxRetryCount: unknown key; did you mean MaximumRetryCount?',
    ],
    [policyJson({ Stillpoint: { Thaw: 1 } }), 'Stillpoint.Thaw: unknown key; known here: RecoveryThaw, RetryPause'],
    [JSON.parse('{"__proto__": 1}'), '__proto__: unknown key; known here: '],
  ])('%j: %s', (input, expected) => {
    expect(problemsOf(input)).toContainEqual(expect.stringContaining(expected));
  });
});

describe('a policy inside another object', () => {
  it.each<[string, unknown]>([
    ['PolicyDetails', { ExecutionRoleArn: 'arn', Description: 'x', State: 'ENABLED', PolicyDetails: policyJson() }],
    ['Policy.PolicyDetails', { Policy: { PolicyId: 'policy-1', PolicyDetails: policyJson() } }],
  ])('%s is told where to put it', (path, input) => {
    expect(problemsOf(input)).toEqual([
      `${path}: put the content of ${path} at the top level of the file, with Description and State beside it`,
    ]);
  });
});

it('tells all that is wrong at once, whatever else is wrong beside it', () => {
  const wrong = {
    PolicyTyp: 'x',
    TargetTags: [],
    Schedules: [
      {
        Name: 5,
        CopyTags: 'yes',
        CreateRule: { Interval: 5, CronExpression: 'rate(1 hour)', Scripts: [{ Extra: 1 }, script({ Stages: 5 })] },
      },
    ],
  };
  expect(problemsOf(wrong).map((problem) => problem.split(': ')[0])).toEqual([
    'ResourceTypes',
    'Schedules[0].Name',
    'Schedules[0].CreateRule.CronExpression',
    'Schedules[0].CreateRule.Interval',
    'Schedules[0].CreateRule.Scripts[0].ExecutionHandler',
    'Schedules[0].CreateRule.Scripts[0].Extra',
    'Schedules[0].CreateRule.Scripts[1].Stages',
    'Schedules[0].CopyTags',
    'PolicyTyp',
    'TargetTags',
    'Schedules[0].CreateRule.CronExpression',
    'Schedules[0].CreateRule.IntervalUnit',
    'Schedules[0].CreateRule.Scripts',
  ]);
});
