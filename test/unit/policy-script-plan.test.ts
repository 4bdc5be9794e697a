import { scriptPlan } from '../../lambda/core/policy/script-plan';
import { policy, schedule, script } from './policy-fixture';

const planOf = (over: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}) => {
  const parsed = policy({ Schedules: [schedule({ Scripts: [script(over)] })], ...more });
  return scriptPlan(parsed, parsed.Schedules);
};

it("fills in DLM's defaults and ours", () => {
  expect(planOf({})).toEqual({
    stages: ['pre', 'post'],
    executionHandler: 'stillpoint-filesystem',
    executeOperationOnScriptFailure: true,
    executionTimeout: 10,
    maximumRetryCount: 0,
    recoveryThaw: 'auto',
    retryPause: 60,
  });
});

it('takes what the policy says', () => {
  const given = { Stages: ['POST', 'PRE'], ExecuteOperationOnScriptFailure: false, ExecutionTimeout: 120, MaximumRetryCount: 3 };
  expect(planOf(given, { Stillpoint: { RecoveryThaw: 'never', RetryPause: 0 } })).toEqual({
    stages: ['pre', 'post'],
    executionHandler: 'stillpoint-filesystem',
    executeOperationOnScriptFailure: false,
    executionTimeout: 120,
    maximumRetryCount: 3,
    recoveryThaw: 'never',
    retryPause: 0,
  });
});

it.each([
  [['PRE'], ['pre']],
  [['POST'], ['post']],
])('Stages %j', (Stages, stages) => {
  expect(planOf({ Stages })).toMatchObject({ stages });
});

it('is absent when no schedule has a script', () => {
  const without = policy({ Schedules: [schedule(), schedule({ Scripts: [] }, { Name: 'b' })] });
  expect(scriptPlan(without, without.Schedules)).toBeUndefined();
});

it('is that of the first schedule that has one', () => {
  const Scripts = (ExecutionHandler: string) => ({ Scripts: [script({ ExecutionHandler })] });
  const several = policy({
    Schedules: [schedule(), schedule(Scripts('second'), { Name: 'b' }), schedule(Scripts('third'), { Name: 'c' })],
  });
  expect(scriptPlan(several, several.Schedules)?.executionHandler).toBe('second');
  expect(scriptPlan(several, several.Schedules.slice(2))?.executionHandler).toBe('third');
});
