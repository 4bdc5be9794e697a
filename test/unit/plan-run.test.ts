import fc from 'fast-check';
import { parsePlannerInput } from '../../lambda/core/plan-input';
import { runOf } from '../../lambda/core/plan-run';
import { policy, schedule, script } from './policy-fixture';

const policies = new Map([
  [
    'nightly',
    policy({
      Schedules: [
        schedule({ CronExpression: 'cron(0 3 * * ? *)' }, { Name: 'Daily' }),
        schedule({ CronExpression: 'cron(0 3 ? * SUN *)', Scripts: [script()] }, { Name: 'Weekly' }),
        schedule({ CronExpression: 'cron(0 15 * * ? *)' }, { Name: 'Afternoon' }),
      ],
    }),
  ],
  ['off', policy({ State: 'DISABLED' })],
]);

const call = (policyId: string, name: string, time: string) => runOf(policies, { policyId, schedule: name, time: new Date(time) });

describe('a call of a rule', () => {
  it('means the run of its due minute, not of its seconds', () => {
    expect(call('nightly', 'Daily', '2026-11-21T03:00:41Z')).toEqual({
      kind: 'run',
      policyId: 'nightly',
      policy: policies.get('nightly'),
      due: new Date('2026-11-21T03:00:00Z'),
      schedules: ['Daily'],
      script: undefined,
    });
  });

  it('brings together all schedules that fall on the minute, in the order of the policy', () => {
    expect(call('nightly', 'Weekly', '2026-11-22T03:00:00Z')).toMatchObject({
      schedules: ['Daily', 'Weekly'],
      script: { executionHandler: 'stillpoint-filesystem' },
    });
  });

  it('means the same run from whichever schedule it comes, and however late in the hour', () => {
    const expected = call('nightly', 'Daily', '2026-11-22T03:00:00Z');
    fc.assert(
      fc.property(fc.constantFrom('Daily', 'Weekly'), fc.integer({ min: 0, max: 3_659_999 }), (name, lateMs) => {
        const time = new Date(Date.parse('2026-11-22T03:00:00Z') + lateMs).toISOString();
        expect(call('nightly', name, time)).toEqual(expected);
      }),
    );
  });

  it.each([
    ['off', 'Nightly', '2026-11-21T03:00:00Z', 'disabled'],
    ['gone', 'Daily', '2026-11-21T03:00:00Z', 'unknown-policy'],
    ['nightly', 'daily', '2026-11-21T03:00:00Z', 'unknown-schedule'],
    ['nightly', 'Daily', '2026-11-21T05:00:00Z', 'not-due'],
  ])('for %s, %s at %s is %s', (policyId, name, time, kind) => {
    expect(call(policyId, name, time)).toEqual({ kind });
  });
});

describe('the input', () => {
  it.each(['2026-11-21T03:00:00Z', '2026-11-21T04:00:00+01:00', '2026-11-21T03:00:00.000Z'])('has the time %s', (time) => {
    expect(parsePlannerInput({ policyId: 'a', schedule: 'b', time })).toEqual({
      policyId: 'a',
      schedule: 'b',
      time: new Date('2026-11-21T03:00:00Z'),
    });
  });

  it.each([
    undefined,
    {},
    { policyId: 'a', schedule: 'b' },
    { policyId: 'a', schedule: 'b', time: 'now' },
    { policyId: '', schedule: 'b', time: '2026-11-21T03:00:00Z' },
    { policyId: 'a', schedule: 5, time: '2026-11-21T03:00:00Z' },
  ])('%j is refused', (event) => {
    expect(() => parsePlannerInput(event)).toThrow(/^not a planner input: /);
  });
});
