import type { Policy } from '../../../lambda/core/policy/policy-schema';
import type { OwnSet } from '../../../lambda/core/sweep/own-sets';
import { sweepPolicy } from '../../../lambda/core/sweep/sweep-policy';
import { policy, schedule } from '../policy-fixture';

const NIGHTLY = policy(); // at 3 o'clock
const WORKDAYS = policy({ Schedules: [schedule({ CronExpression: 'cron(0 22 ? * MON-FRI *)' })] });
const TWICE = policy({ Schedules: [schedule(), schedule({ CronExpression: 'cron(0 15 * * ? *)' }, { Name: 'Afternoon' })] });

const at = (text: string): Date => new Date(`2026-11-${text}:00Z`);
const target = (id: string, launchedAt: Date | undefined = at('01T00:00')) => ({ id, state: 'running', tags: new Map(), launchedAt });
const set = (instanceId: string, startedAt: Date, more: Partial<OwnSet> = {}): OwnSet => ({
  ...{ instanceId, consistency: 'application', reason: 'proven', state: 'completed', startedAt },
  ...more,
});

/** 21 November 2026 is a Saturday. */
type Row = readonly [what: string, policy: Policy, sets: readonly OwnSet[], now: Date, hours: number];
test.each<Row>([
  ['a set of tonight', NIGHTLY, [set('i-1', at('21T03:01'))], at('22T03:59'), 0],
  ['the 60 minutes of the next run are not over', NIGHTLY, [set('i-1', at('21T03:01'))], at('22T04:00'), 0],
  ['they are', NIGHTLY, [set('i-1', at('21T03:01'))], at('22T04:30'), 0.5],
  ['two runs were missed: since the first of them', NIGHTLY, [set('i-1', at('20T03:01'))], at('22T04:00'), 24],
  ['the newest set counts, in whatever order', NIGHTLY, [set('i-1', at('21T03:01')), set('i-1', at('20T03:01'))], at('22T05:00'), 1],
  ['begun in its 59th minute: the next run is the one of tomorrow', NIGHTLY, [set('i-1', at('21T03:59'))], at('22T03:30'), 0],
  ['a weekend without runs', WORKDAYS, [set('i-1', at('20T22:01'))], at('23T22:59'), 0],
  ['and the Monday after it', WORKDAYS, [set('i-1', at('20T22:01'))], at('24T00:00'), 1],
  ['the schedule that comes first counts', TWICE, [set('i-1', at('21T03:01'))], at('21T18:00'), 2],
  ['never backed up: since its launch', NIGHTLY, [], at('02T05:00'), 25],
  [
    'crash-consistent after a failed script is not what was asked for',
    NIGHTLY,
    [set('i-1', at('21T03:01'), { consistency: 'crash', reason: 'pre-failed' })],
    at('21T04:00'),
    480,
  ],
  ['reported is', NIGHTLY, [set('i-1', at('21T03:01'), { consistency: 'reported', reason: 'no-result-line' })], at('21T04:00'), 0],
  [
    'crash-consistent by the policy',
    NIGHTLY,
    [set('i-1', at('21T03:01'), { consistency: 'crash', reason: 'no-scripts' })],
    at('21T04:00'),
    0,
  ],
  [
    'of a stopped instance',
    NIGHTLY,
    [set('i-1', at('21T03:01'), { consistency: 'stopped', reason: 'instance-stopped' })],
    at('21T04:00'),
    0,
  ],
  ['not closed yet', NIGHTLY, [set('i-1', at('02T03:01'), { consistency: 'pending', reason: '' })], at('02T05:00'), 25],
  ['still being copied', NIGHTLY, [set('i-1', at('21T03:01'), { state: 'pending' })], at('22T03:00'), 0],
  ['being copied for more than a day', NIGHTLY, [set('i-1', at('02T03:01'), { state: 'pending' })], at('03T04:00'), 48],
  ['ended in error', NIGHTLY, [set('i-1', at('02T03:01'), { state: 'error' })], at('02T05:00'), 25],
  ['of another instance', NIGHTLY, [set('i-2', at('02T03:01'))], at('02T05:00'), 25],
])('%s', (_what, of, sets, now, hours) => {
  const swept = sweepPolicy(of, [target('i-1')], sets, now);
  expect(swept.hoursOverdue).toBe(hours);
  expect(swept.overdue.map((one) => one.hours)).toEqual(hours === 0 ? [] : [hours]);
});

test('the worst target speaks for the policy', () => {
  const sets = [set('i-1', at('21T03:01')), set('i-2', at('20T03:01')), set('i-3', at('22T03:01'))];
  const swept = sweepPolicy(
    NIGHTLY,
    ['i-1', 'i-2', 'i-3'].map((id) => target(id)),
    sets,
    at('22T05:00'),
  );
  expect(swept).toEqual({
    targets: 3,
    hoursOverdue: 25,
    overdue: [
      { instanceId: 'i-2', hours: 25, since: at('20T03:01') },
      { instanceId: 'i-1', hours: 1, since: at('21T03:01') },
    ],
    newestProvenSetAge: 49.98,
  });
});

test('only a completed set with proof has an age, and no target has none', () => {
  const unproven = [
    set('i-1', at('21T03:01'), { consistency: 'reported' }),
    set('i-1', at('21T03:01'), { state: 'pending' }),
    set('i-9', at('21T03:01')),
  ];
  expect(sweepPolicy(NIGHTLY, [target('i-1')], unproven, at('21T04:00')).newestProvenSetAge).toBeUndefined();
  expect(sweepPolicy(NIGHTLY, [], [], at('21T04:00'))).toEqual({ targets: 0, overdue: [], hoursOverdue: 0, newestProvenSetAge: undefined });
});

test('an instance that EC2 gives no launch time for is not overdue before its first set', () => {
  expect(
    sweepPolicy(
      NIGHTLY,
      [target('i-1', undefined)].map(({ launchedAt: _none, ...one }) => one),
      [],
      at('22T05:00'),
    ).hoursOverdue,
  ).toBe(0);
});

test('a policy whose years are over is owed nothing', () => {
  const past = policy({ Schedules: [schedule({ CronExpression: 'cron(0 3 * * ? 2025)' })] });
  expect(sweepPolicy(past, [target('i-1')], [], at('22T05:00')).hoursOverdue).toBe(0);
});
