import { type OutgoingEvent, placeOf } from '../lambda/core/event/common';
import type { ExecutionMessage } from '../lambda/core/execution-message';
import type { Instance } from '../lambda/core/plan-targets';
import { type PlannerPorts, planExecutions } from '../lambda/planner/plan-executions';
import { MemoryBrakes } from './support/memory-brakes';
import { policy, schedule, script } from './unit/policy-fixture';

const instance = (id: string, tags: Readonly<Record<string, string>>, state = 'running'): Instance => ({
  id,
  state,
  tags: new Map(Object.entries(tags)),
});

const FLEET = [
  instance('i-b', { Backup: 'nightly' }),
  instance('i-a', { Backup: 'nightly', Tier: 'gold' }),
  instance('i-c', { Tier: 'gold' }, 'stopped'),
  instance('i-d', { Backup: 'Nightly' }),
];

const POLICIES = new Map([
  [
    'nightly',
    policy({
      TargetTags: [
        { Key: 'Backup', Value: 'nightly' },
        { Key: 'Tier', Value: 'gold' },
      ],
      Schedules: [schedule({ Scripts: [script()] })],
    }),
  ],
  ['off', policy({ State: 'DISABLED' })],
  ['canary', policy({ TargetTags: [{ Key: 'Backup', Value: 'nightly' }], Stillpoint: { CanaryTag: { Key: 'Tier', Value: 'gold' } } })],
  ['no-canary', policy({ TargetTags: [{ Key: 'Backup', Value: 'nightly' }], Stillpoint: { CanaryTag: { Key: 'Tier', Value: 'tin' } } })],
]);

/** An account whose tag search is as loose as EC2's in letters: it answers case-insensitively here, to be matched again. */
class Account implements PlannerPorts {
  readonly sent: ExecutionMessage[] = [];
  readonly metrics: unknown[] = [];
  readonly lines: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[] = [];
  readonly policies = POLICIES;
  readonly place = placeOf('arn:aws:stillpoint:eu-west-1:111122223333:policy/');
  readonly events: OutgoingEvent[] = [];
  readonly table = new MemoryBrakes();
  constructor(
    private readonly fleet: readonly Instance[] = FLEET,
    private readonly time = '2026-11-21T03:00:30Z',
    private readonly failing: false | string = false,
  ) {}

  async findInstances({ Key, Value }: { Key: string; Value: string }) {
    return this.fleet.filter(({ tags }) => tags.get(Key)?.toLowerCase() === Value.toLowerCase());
  }
  async agentStates(ids: readonly string[]) {
    return new Map(ids.filter((id) => id !== 'i-c').map((id) => [id, 'online' as const]));
  }
  async sendExecutions(messages: readonly ExecutionMessage[]) {
    if (this.failing) throw new Error(this.failing);
    this.sent.push(...messages);
  }
  async publish(events: readonly OutgoingEvent[]) {
    this.events.push(...events);
  }
  recordMetrics(...recorded: unknown[]) {
    this.metrics.push(recorded);
  }
  log(level: string, message: string, fields: Readonly<Record<string, unknown>>) {
    this.lines.push({ level, message, fields });
  }
  missingRight(thrown: unknown) {
    return String(thrown).includes('AccessDenied') ? String(thrown) : undefined;
  }
  now() {
    return new Date(this.time);
  }
}

const CALL = { policyId: 'nightly', schedule: 'Nightly', time: '2026-11-21T03:00:00Z' };

it('queues one execution for each instance that carries a target tag', async () => {
  const account = new Account();
  await planExecutions(CALL, account);
  expect(account.sent.map(({ instanceId, agent, instanceState }) => [instanceId, agent, instanceState])).toEqual([
    ['i-a', 'online', 'running'],
    ['i-b', 'online', 'running'],
    ['i-c', 'unmanaged', 'stopped'],
  ]);
});

it('counts the targets and logs the plan', async () => {
  const account = new Account();
  await planExecutions(CALL, account);
  expect(account.metrics).toEqual([['nightly', { ResourcesTargeted: 3 }]]);
  expect(account.lines).toEqual([
    {
      level: 'info',
      message: 'run planned',
      fields: {
        runId: 'nightly@2026-11-21T03:00Z',
        policyId: 'nightly',
        due: '2026-11-21T03:00:00.000Z',
        lateMinutes: 0,
        schedules: ['Nightly'],
        targets: 3,
        states: { running: 2, stopped: 1 },
        agents: { online: 2, unmanaged: 1 },
        groups: 3,
        instanceIds: ['i-a', 'i-b', 'i-c'],
      },
    },
  ]);
});

it('plans the same messages when it is called twice', async () => {
  const account = new Account();
  await planExecutions(CALL, account);
  await planExecutions({ ...CALL, time: '2026-11-21T03:00:59Z' }, account);
  expect(account.sent.slice(3)).toEqual(account.sent.slice(0, 3));
});

it('plans a late call for its own due minute, and warns when the executions will expire', async () => {
  const late = new Account(FLEET, '2026-11-21T03:59:00Z');
  await planExecutions(CALL, late);
  expect(late.lines).toMatchObject([{ level: 'info', fields: { lateMinutes: 59, due: '2026-11-21T03:00:00.000Z' } }]);
  const tooLate = new Account(FLEET, '2026-11-21T04:00:01Z');
  await planExecutions(CALL, tooLate);
  expect(tooLate.lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('expired'), fields: { lateMinutes: 60 } }]);
  expect(tooLate.sent).toHaveLength(3);
});

it('warns when no instance carries a target tag', async () => {
  const account = new Account([]);
  await planExecutions(CALL, account);
  expect(account.lines).toMatchObject([{ level: 'warn', message: 'no instance carries a target tag: nothing planned' }]);
  expect(account.sent).toEqual([]);
});

it('does nothing for a disabled policy, and says so', async () => {
  const account = new Account();
  await planExecutions({ ...CALL, policyId: 'off' }, account);
  expect(account.sent).toEqual([]);
  expect(account.lines).toMatchObject([{ level: 'info', message: 'policy is disabled: nothing planned' }]);
});

it.each([
  [{ ...CALL, policyId: 'gone' }, 'unknown-policy'],
  [{ ...CALL, schedule: 'gone' }, 'unknown-schedule'],
  [{ ...CALL, time: '2026-11-21T12:00:00Z' }, 'not-due'],
  [{ source: 'aws.events' }, 'not a planner input'],
])('throws for %j, so that it is tried again and then kept', async (event, why) => {
  const account = new Account();
  await expect(planExecutions(event, account)).rejects.toThrow(why);
  expect(account.sent).toEqual([]);
});

it('throws when the queue does not take everything, and counts nothing', async () => {
  const account = new Account(FLEET, '2026-11-21T03:00:30Z', 'queue is full');
  await expect(planExecutions(CALL, account)).rejects.toThrow('queue is full');
  expect(account.metrics).toEqual([]);
});

describe('a canary tag', () => {
  it('lets only the targets that carry it be planned, and tells how many were left out', async () => {
    const account = new Account();
    await planExecutions({ ...CALL, policyId: 'canary' }, account);
    expect(account.sent.map(({ instanceId }) => instanceId)).toEqual(['i-a']);
    expect(account.events).toMatchObject([
      {
        detailType: 'Stillpoint Brake Notification',
        resources: ['arn:aws:stillpoint:eu-west-1:111122223333:policy/canary'],
        detail: {
          ...{ brake: 'canary-tag', result: 'left-out', left_out: 1, resume: 'take CanaryTag out of the policy, and deploy' },
          reason: 'run canary@2026-11-21T03:00Z: targets without the canary tag Tier = gold',
        },
      },
    ]);
    expect(account.lines).toMatchObject([
      {
        level: 'info',
        message: 'run planned for the targets with the canary tag alone',
        fields: { targets: 1, leftOut: 1, leftOutIds: ['i-b'] },
      },
    ]);
    expect(account.metrics).toEqual([['canary', { ResourcesTargeted: 1 }]]);
  });

  it('that no target carries leaves nothing to plan, which is a warning', async () => {
    const account = new Account();
    await planExecutions({ ...CALL, policyId: 'no-canary' }, account);
    expect(account.sent).toEqual([]);
    expect(account.events).toMatchObject([{ detail: { left_out: 2 } }]);
    expect(account.lines).toMatchObject([{ level: 'warn', message: 'no target carries the canary tag: nothing planned' }]);
  });

  it('is not spoken of where there is none', async () => {
    const account = new Account();
    await planExecutions(CALL, account);
    expect(account.events).toEqual([]);
  });
});

describe('a run that can’t be planned', () => {
  const tried = async (failing: string) => {
    const account = new Account(FLEET, '2026-11-21T03:00:30Z', failing);
    for (let delivery = 0; delivery < 3; delivery++) await expect(planExecutions(CALL, account)).rejects.toThrow(failing);
    return account;
  };

  it('for missing rights puts its policy in ERROR and tells so once, however often it is tried', async () => {
    const { events, table } = await tried('AccessDenied: sqs:SendMessage');
    expect(events).toMatchObject([
      {
        detailType: 'Stillpoint Policy State Change',
        detail: {
          state: 'ERROR',
          cause: 'Error: AccessDenied: sqs:SendMessage',
          stillpoint: { fault: 'plan', execution_id: 'nightly@2026-11-21T03:00Z' },
        },
      },
    ]);
    expect(table.states.get('nightly')).toMatchObject({ state: 'ERROR' });
  });

  it('for another reason says nothing of its policy', async () => {
    const { events, table } = await tried('queue is full');
    expect([events, [...table.states]]).toEqual([[], []]);
  });
});
