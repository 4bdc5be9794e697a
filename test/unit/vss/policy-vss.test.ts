import { scriptPlan } from '../../../lambda/core/policy/script-plan';
import { targetReport } from '../../../lambda/core/preflight/target-report';
import { policy, policyJson, problemsOf, schedule } from '../policy-fixture';
import { goodFacts } from '../preflight/facts';

const VSS = { ExecutionHandler: 'AWS_VSS_BACKUP' };
const withVss = (over: Readonly<Record<string, unknown>> = {}, ofSchedule = {}) => schedule({ Scripts: [{ ...VSS, ...over }] }, ofSchedule);
const SCRIPT = 'Schedules[0].CreateRule.Scripts[0]';

const planOf = (over = {}, more = {}) => {
  const parsed = policy({ Schedules: [withVss(over)], ...more });
  return scriptPlan(parsed, parsed.Schedules);
};

describe('the plan', () => {
  it('has DLM’s defaults, and the newer document', () => {
    expect(planOf()).toEqual({
      executionHandler: 'AWS_VSS_BACKUP',
      document: 'AWSEC2-VssInstallAndSnapshot',
      executeOperationOnScriptFailure: true,
      maximumRetryCount: 0,
      retryPause: 60,
    });
  });
  it('takes what the policy says', () => {
    const given = { ExecuteOperationOnScriptFailure: false, MaximumRetryCount: 3, ExecutionHandlerService: 'AWS_SYSTEMS_MANAGER' };
    expect(planOf(given, { Stillpoint: { VssDocument: 'AWSEC2-CreateVssSnapshot', RetryPause: 0 } })).toMatchObject({
      document: 'AWSEC2-CreateVssSnapshot',
      executeOperationOnScriptFailure: false,
      maximumRetryCount: 3,
      retryPause: 0,
    });
  });
});

describe('what DLM has not with VSS is told', () => {
  it.each<[unknown, string]>([
    [withVss({ Stages: ['PRE', 'POST'] }), `${SCRIPT}.Stages: found ["PRE","POST"], allowed: no such key with AWS_VSS_BACKUP`],
    [withVss({ ExecutionTimeout: 60 }), `${SCRIPT}.ExecutionTimeout: found 60, allowed: no such key with AWS_VSS_BACKUP`],
    [withVss({}, { CopyTags: true }), 'Schedules[0].CopyTags: found true, allowed: false with AWS_VSS_BACKUP'],
  ])('%#', (given, expected) => {
    expect(problemsOf(policyJson({ Schedules: [given] }))).toContainEqual(expected);
  });
  it('for the whole policy', () => {
    const Parameters = { ExcludeDataVolumeTags: [{ Key: 'a', Value: 'b' }] };
    expect(problemsOf(policyJson({ Schedules: [withVss()], Parameters })).join()).toContain('allowed: an empty list with AWS_VSS_BACKUP');
    expect(problemsOf(policyJson({ Parameters })).join()).not.toContain('AWS_VSS_BACKUP');
  });
  it('and no other document than AWS’s two', () => {
    expect(problemsOf(policyJson({ Stillpoint: { VssDocument: 'mine' } }))).toEqual([
      'Stillpoint.VssDocument: found "mine", allowed: one of AWSEC2-VssInstallAndSnapshot, AWSEC2-CreateVssSnapshot',
    ]);
  });
});

describe('a preflight', () => {
  const facts = goodFacts();
  const reportOn = (instance: Partial<NonNullable<typeof facts.instance>>) =>
    targetReport({
      ...goodFacts({ policy: policy({ Schedules: [withVss()] }) }),
      ...{ document: undefined, dryRun: { kind: 'not-sent' } },
      instance: { ...facts.instance!, windows: true, instanceType: 'm7i.large', ...instance },
    });
  it('finds nothing against a good target, and says what VSS’s word is worth', () => {
    const report = reportOn({});
    expect(report).toMatchObject({ application: true, document: 'AWSEC2-VssInstallAndSnapshot' });
    expect(report.findings).toContainEqual(expect.objectContaining({ check: 'policy', found: expect.stringContaining('`reported`') }));
  });
  it.each([
    [{ windows: false }, 'does not run Windows'],
    [{ instanceType: 't3a.nano' }, 't3a.nano is not supported'],
    [{ profile: undefined }, 'no instance profile'],
  ])('%j is told', (instance, found) => {
    const { application, findings } = reportOn(instance);
    expect(application).toBe(false);
    expect(findings).toContainEqual(expect.objectContaining({ check: 'vss', result: 'failed', found: expect.stringContaining(found) }));
  });
});
