import { HANA_DOCUMENT } from '../../lambda/core/policy/execution-handler';
import { policyJson, problemsOf, schedule, script } from './policy-fixture';

const withScript = (over: Readonly<Record<string, unknown>>) => policyJson({ Schedules: [schedule({ Scripts: [script(over)] })] });
const withRule = (over: Readonly<Record<string, unknown>>) => policyJson({ Schedules: [schedule(over)] });
const withInterval = (rule: Readonly<Record<string, unknown>>) => policyJson({ Schedules: [{ Name: 'a', CreateRule: rule }] });
const withRetain = (RetainRule: unknown) => policyJson({ Schedules: [schedule({}, { RetainRule })] });
const names = (...all: string[]) => policyJson({ Schedules: all.map((Name) => schedule({}, { Name })) });
const tags = (count: number) => policyJson({ TargetTags: Array.from({ length: count }, (_, n) => ({ Key: `k${n}`, Value: '' })) });

const SCRIPT = 'Schedules[0].CreateRule.Scripts[0]';
const RULE = 'Schedules[0].CreateRule';
const RETAIN = 'Schedules[0].RetainRule';

describe('a policy is taken', () => {
  it.each<[string, unknown]>([
    ['with the least that it needs', policyJson()],
    ['with Description and State', policyJson({ Description: 'All of it_1 -', State: 'DISABLED' })],
    ['with PolicyType and PolicyLanguage', policyJson({ PolicyType: 'EBS_SNAPSHOT_MANAGEMENT', PolicyLanguage: 'STANDARD' })],
    ['with 50 target tags', tags(50)],
    ['with a target tag at its longest', policyJson({ TargetTags: [{ Key: 'k'.repeat(128), Value: 'v'.repeat(256) }] })],
    ['with 4 schedules', names('a', 'b', 'c', 'd')],
    ['with a name of 120 characters', names('n'.repeat(120))],
    ['with a script at its lowest limits', withScript({ ExecutionTimeout: 10, MaximumRetryCount: 0, Stages: ['PRE'] })],
    ['with a script at its highest limits', withScript({ ExecutionTimeout: 120, MaximumRetryCount: 3, Stages: ['POST', 'PRE'] })],
    ['with a document ARN', withScript({ ExecutionHandler: 'arn:aws-us-gov:ssm:us-gov-west-1:111122223333:document/my.doc_1' })],
    ['with an interval', withInterval({ Interval: 12, IntervalUnit: 'HOURS', Times: ['23:59'] })],
    ['with an interval without a time', withInterval({ Interval: 24, IntervalUnit: 'HOURS' })],
    ['with a retained count', withRetain({ Count: 1000 })],
    ['with a retained age of 100 years', withRetain({ Interval: 1200, IntervalUnit: 'MONTHS' })],
    ['with our extensions', policyJson({ Stillpoint: { RecoveryThaw: 'never', RetryPause: 90, FreezeBudget: 120_000 } })],
    ['with all brakes', policyJson({ Stillpoint: { CanaryTag: { Key: 'Ring', Value: '' }, MaximumFreezes: 1000, PauseAfter: 0 } })],
    ['with an empty list of scripts', withRule({ Scripts: [] })],
    [
      'with every unbuilt key that is off, as DLM answers them',
      policyJson({
        ResourceLocations: ['CLOUD'],
        Parameters: { ExcludeBootVolume: false, ExcludeDataVolumeTags: [] },
        Schedules: [schedule({ Location: 'CLOUD' }, { CopyTags: false, TagsToAdd: [], VariableTags: [], ShareRules: [] })],
      }),
    ],
  ])('%s', (_, input) => {
    expect(problemsOf(input)).toEqual([]);
  });
});

describe('a limit is told with field, found and allowed', () => {
  it.each<[unknown, string]>([
    [[], 'found [], allowed: a policy: an object with the content of DLM’s PolicyDetails'],
    [policyJson({ Description: 'dots.' }), 'Description: found "dots.", allowed: at most 500 letters, digits, spaces, _ and -'],
    [policyJson({ State: 'ERROR' }), 'State: found "ERROR", allowed: one of ENABLED, DISABLED'],
    [policyJson({ PolicyType: 'IMAGE_MANAGEMENT' }), 'PolicyType: found "IMAGE_MANAGEMENT", allowed: "EBS_SNAPSHOT_MANAGEMENT"'],
    [policyJson({ PolicyLanguage: 'SIMPLIFIED' }), 'PolicyLanguage: found "SIMPLIFIED", allowed: "STANDARD"'],
    [policyJson({ ResourceTypes: ['VOLUME'] }), 'ResourceTypes[0]: found "VOLUME", allowed: "INSTANCE"'],
    [policyJson({ ResourceTypes: [] }), 'ResourceTypes: found [], allowed: ["INSTANCE"]'],
    [policyJson({ ResourceTypes: undefined }), 'ResourceTypes: missing, allowed: ["INSTANCE"]'],
    [policyJson({ ResourceLocations: ['OUTPOST'] }), 'ResourceLocations[0]: found "OUTPOST", allowed: "CLOUD"'],
    [tags(0), 'TargetTags: found [], allowed: a list of 1 to 50 tags'],
    [policyJson({ TargetTags: [{ Key: '', Value: 'a' }] }), 'TargetTags[0].Key: found "", allowed: a tag key of 1 to 128 characters'],
    [policyJson({ TargetTags: [{ Key: 'a' }] }), 'TargetTags[0].Value: missing, allowed: a tag value of 0 to 256 characters'],
    [policyJson({ Schedules: [] }), 'Schedules: found [], allowed: a list of 1 to 4 schedules'],
    [policyJson({ Schedules: {} }), 'Schedules: found {}, allowed: a list of 1 to 4 schedules'],
    [names('a.b'), 'Schedules[0].Name: found "a.b", allowed: 1 to 120 letters, digits, spaces, _ and -'],
    [names('a', 'b', 'a'), 'Schedules[2].Name: found "a", allowed: a name that no other schedule of the policy has'],
    [withInterval({}), `${RULE}.CronExpression: missing, allowed: either CronExpression or Interval with IntervalUnit`],
    [withInterval({ Interval: 5, IntervalUnit: 'HOURS' }), `${RULE}.Interval: found 5, allowed: one of 1, 2, 3, 4, 6, 8, 12, 24`],
    [withInterval({ Interval: 6, IntervalUnit: 'DAYS' }), `${RULE}.IntervalUnit: found "DAYS", allowed: "HOURS"`],
    [withInterval({ Interval: 6 }), `${RULE}.IntervalUnit: missing, allowed: Interval and IntervalUnit together`],
    [withInterval({ Interval: 6, IntervalUnit: 'HOURS', Times: ['3:00'] }), `${RULE}.Times[0]: found "3:00", allowed: a time hh:mm in UTC`],
    [
      withInterval({ Interval: 6, IntervalUnit: 'HOURS', Times: ['03:00', '04:00'] }),
      `${RULE}.Times: found ["03:00","04:00"], allowed: a list of one time hh:mm in UTC`,
    ],
    [withRule({ Times: ['03:00'] }), `${RULE}.Times: found ["03:00"], allowed: Times with Interval only`],
    [withRule({ Scripts: [script(), script()] }), `${RULE}.Scripts: found `],
    [withScript({ Stages: [] }), `${SCRIPT}.Stages: found [], allowed: PRE, POST or both`],
    [withScript({ Stages: ['PRE', 'PRE'] }), `${SCRIPT}.Stages: found ["PRE","PRE"], allowed: each stage once`],
    [withScript({ Stages: ['pre'] }), `${SCRIPT}.Stages[0]: found "pre", allowed: one of PRE, POST`],
    [
      withScript({ Stages: ['POST'], ExecuteOperationOnScriptFailure: true }),
      `${SCRIPT}.ExecuteOperationOnScriptFailure: found true, allowed: no such key when Stages is POST alone`,
    ],
    [withScript({ ExecutionTimeout: 9 }), `${SCRIPT}.ExecutionTimeout: found 9, allowed: an integer from 10 to 120`],
    [withScript({ ExecutionTimeout: 121 }), `${SCRIPT}.ExecutionTimeout: found 121, allowed: an integer from 10 to 120`],
    [withScript({ ExecutionTimeout: '30' }), `${SCRIPT}.ExecutionTimeout: found "30", allowed: an integer from 10 to 120`],
    [withScript({ ExecutionTimeout: 10.5 }), `${SCRIPT}.ExecutionTimeout: found 10.5, allowed: an integer from 10 to 120`],
    [withScript({ MaximumRetryCount: 4 }), `${SCRIPT}.MaximumRetryCount: found 4, allowed: an integer from 0 to 3`],
    [withScript({ MaximumRetryCount: null }), `${SCRIPT}.MaximumRetryCount: found null, allowed: an integer from 0 to 3`],
    [
      withScript({ ExecutionHandlerService: 'AWS_LAMBDA' }),
      `${SCRIPT}.ExecutionHandlerService: found "AWS_LAMBDA", allowed: "AWS_SYSTEMS_MANAGER"`,
    ],
    [withRetain({ Count: 0 }), `${RETAIN}.Count: found 0, allowed: an integer from 1 to 1000`],
    [withRetain({ Count: 1001 }), `${RETAIN}.Count: found 1001, allowed: an integer from 1 to 1000`],
    [withRetain({}), `${RETAIN}.Count: missing, allowed: either Count or Interval with IntervalUnit`],
    [withRetain({ Interval: 101, IntervalUnit: 'YEARS' }), `${RETAIN}.Interval: found 101, allowed: at most 100 years`],
    [withRetain({ Interval: 36_501, IntervalUnit: 'DAYS' }), `${RETAIN}.Interval: found 36501, allowed: at most 100 years`],
    [withRetain({ Interval: 5 }), `${RETAIN}.IntervalUnit: missing, allowed: Interval and IntervalUnit together`],
    [
      withRetain({ Interval: 1, IntervalUnit: 'HOURS' }),
      `${RETAIN}.IntervalUnit: found "HOURS", allowed: one of DAYS, WEEKS, MONTHS, YEARS`,
    ],
    [policyJson({ Stillpoint: { RetryPause: 91 } }), 'Stillpoint.RetryPause: found 91, allowed: an integer from 0 to 90'],
    [policyJson({ Stillpoint: { MaximumFreezes: 0 } }), 'Stillpoint.MaximumFreezes: found 0, allowed: an integer from 1 to 1000'],
    [policyJson({ Stillpoint: { PauseAfter: 101 } }), 'Stillpoint.PauseAfter: found 101, allowed: an integer from 0 to 100'],
    [policyJson({ Stillpoint: { CanaryTag: 'yes' } }), 'Stillpoint.CanaryTag: found "yes", allowed: an object with Key and Value'],
    [
      policyJson({ Stillpoint: { CanaryTag: { Key: 'a', Values: 'b', Value: 'b' } } }),
      'Stillpoint.CanaryTag.Values: unknown key; did you mean Value?',
    ],
    [policyJson({ Stillpoint: { FreezeBudget: 10 } }), 'Stillpoint.FreezeBudget: found 10, allowed: an integer from 100 to 120000'],
    [policyJson({ Stillpoint: { RecoveryThaw: 'yes' } }), 'Stillpoint.RecoveryThaw: found "yes", allowed: one of auto, always, never'],
  ])('%j', (input, expected) => {
    const problems = problemsOf(input);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  it.each([51, 60])('%i target tags are too many', (count) => {
    expect(problemsOf(tags(count))).toEqual([expect.stringMatching(/^TargetTags: found .*\.\.\., allowed: a list of 1 to 50 tags$/)]);
  });

  it('5 schedules are too many', () => {
    expect(problemsOf(names('a', 'b', 'c', 'd', 'e'))).toEqual([expect.stringContaining('allowed: a list of 1 to 4 schedules')]);
  });
});

describe('an execution handler', () => {
  it.each([
    ['ab', 'too short'],
    ['a'.repeat(129), 'a name over 128 characters'],
    ['my document', 'a space'],
    ['arn:aws:ssm:eu-west-1:111122223333:parameter/x', 'not a document'],
    ['arn:aws:ssm:eu-west-1:1111:document/my-doc', 'no account'],
    ['arn:aws:ssm:eu-west-1::document/my-doc', 'no account, and no name of AWS’s'],
    [`arn:aws:ssm:eu-west-1:111122223333:document/${'a'.repeat(128)}${'b'.repeat(40)}`, 'too long'],
    ['path/name', 'a path'],
  ])('%s is refused: %s', (ExecutionHandler) => {
    expect(problemsOf(withScript({ ExecutionHandler }))).toEqual([
      `${SCRIPT}.ExecutionHandler: found ${printed(ExecutionHandler)}, allowed: the name (3 to 128 letters, digits, _ . -) or ARN of an SSM document, 200 characters at most`,
    ]);
  });

  it.each(['AWSEC2-CreateVssSnapshot', 'arn:aws:ssm:eu-west-1::document/AWSEC2-VssInstallAndSnapshot'])(
    '%s is behind a word of DLM’s',
    (ExecutionHandler) => {
      expect(problemsOf(withScript({ ExecutionHandler }))).toEqual([
        expect.stringContaining('allowed: AWS_VSS_BACKUP, for snapshots by VSS'),
      ]);
    },
  );

  it.each([
    'my-doc',
    'AWS_VSS_BACKUP',
    HANA_DOCUMENT,
    `arn:aws:ssm:eu-west-1::document/${HANA_DOCUMENT}`,
    'arn:aws-cn:ssm:cn-north-1:111122223333:document/my_doc.1',
    'arn:aws-us-gov:ssm:us-gov-west-1::document/AWS-Orders',
  ])('%s is taken', (ExecutionHandler) => {
    expect(problemsOf(withScript({ ExecutionHandler }))).toEqual([]);
  });

  it.each([HANA_DOCUMENT, `arn:aws:ssm:eu-west-1::document/${HANA_DOCUMENT}`])(
    '%s takes no recovery thaw at all costs',
    (ExecutionHandler) => {
      const thaw = (RecoveryThaw: string) => ({ ...withScript({ ExecutionHandler }), Stillpoint: { RecoveryThaw } });
      expect(problemsOf(thaw('always'))).toEqual([`Stillpoint.RecoveryThaw: found "always", allowed: auto or never with ${HANA_DOCUMENT}`]);
      expect([...problemsOf(thaw('auto')), ...problemsOf(thaw('never'))]).toEqual([]);
    },
  );
});

const printed = (value: string): string => {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
};
