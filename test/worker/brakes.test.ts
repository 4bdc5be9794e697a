import { BRAKE_DETAIL_TYPE, brakeDetailSchema } from '../../lambda/core/event/brake-event';
import { EXECUTION_DETAIL_TYPE, executionDetailSchema } from '../../lambda/core/event/execution-event';
import { worstCaseMs } from '../../lambda/core/execution/deadlines';
import type { ExecutionMessage } from '../../lambda/core/execution-message';
import { executionOf } from '../../lambda/worker/execution';
import type { Ports } from '../../lambda/worker/ports';
import { runExecution } from '../../lambda/worker/run-execution';
import { plan } from '../unit/execution/fixtures';
import { DUE, FakeAws, Killed, LIMITS, type Script } from './fake-aws';

const SCOPE = LIMITS[0].scope;
const STOP = { since: new Date(DUE), reason: 'drill' };
const LAMBDA_MS = 900_000;
const minutes = (count: number) => count * 60_000;

const message: ExecutionMessage = {
  ...{ version: 1, policyId: 'nightly', due: new Date(DUE).toISOString(), schedules: ['daily'], instanceId: 'i-00000000000000001' },
  ...{ instanceState: 'running', agent: 'online', messageGroupId: 'i-00000000000000001', attempt: 1, thawOnly: false },
  script: plan({ maximumRetryCount: 0, retryPause: 1 }),
};
const EXECUTION = 'nightly@2026-11-21T03:00Z/i-00000000000000001';

const GOOD: Script = { kills: [], lostCreates: [], lostSends: [], pres: [], posts: [], autoThawMs: 60_000 };

/** A worker's life around one table of brakes: what happens at which time, in invocations of 900 s. */
class Life {
  readonly aws: FakeAws;
  readonly handedOn: { readonly attempt: number; readonly held: boolean }[] = [];
  /** How often the worker looked at the instance. */
  looks = 0;
  invocations = 0;
  busyAtFirst = false;
  /** By a deployment: invocations that began before it don't know. */
  disabled = false;
  private readonly plans: { readonly at: number; readonly act: () => void }[] = [];

  constructor(script: Partial<Script> = {}) {
    this.aws = new FakeAws({ ...GOOD, ...script });
  }

  /** Once virtual time has come to this many milliseconds after the due minute. */
  at(ms: number, act: () => void): this {
    this.plans.push({ at: DUE + ms, act });
    return this;
  }

  async invoke(changes: Partial<ExecutionMessage> = {}): Promise<string> {
    this.invocations++;
    const began = this.aws.time;
    const next = { ...message, ...changes };
    return runExecution(this.ports(began), executionOf(next, 'arn:aws:stillpoint:eu-west-1:111122223333:policy/', new Date(began)));
  }

  /** Until it is closed, as the queue would. */
  async invokeAll(changes: Partial<ExecutionMessage> = {}): Promise<void> {
    let next = changes;
    while ((await this.invoke(next)) === 'continued')
      next = { ...changes, held: this.handedOn.length, attempt: this.handedOn.at(-1)?.attempt ?? 1 };
  }

  private ports(began: number): Ports {
    const ports = this.aws.ports();
    const State = this.disabled ? 'DISABLED' : 'ENABLED';
    const policy = (policyId: string) => {
      const deployed = ports.policy(policyId);
      return deployed && ({ ...deployed, State } as const);
    };
    return {
      ...ports,
      policy,
      clock: { ...ports.clock, sleep: (ms) => this.sleep(ms) },
      instances: { ...ports.instances, observe: async (id) => this.observed(await ports.instances.observe(id)) },
      remainingMs: () => LAMBDA_MS - (this.aws.time - began),
      continueWith: async (attempt, held) => void this.handedOn.push({ attempt, held }),
    };
  }

  /** At the first look a volume had a snapshot 5 s ago, where a test wants it so. */
  private observed<T extends Awaited<ReturnType<Ports['instances']['observe']>>>(seen: T) {
    this.looks++;
    if (!this.busyAtFirst || this.looks > 1) return seen;
    const lastSnapshotAt = new Date(this.aws.time - 5_000);
    return { ...seen, volumes: seen.volumes.map((volume) => ({ ...volume, lastSnapshotAt })) };
  }

  private async sleep(ms: number): Promise<void> {
    this.aws.pass(ms);
    for (const due of this.plans.filter(({ at }) => at <= this.aws.time)) {
      this.plans.splice(this.plans.indexOf(due), 1);
      due.act();
    }
  }

  brakesTold(): readonly string[] {
    const events = this.aws.events.filter(({ detailType }) => detailType === BRAKE_DETAIL_TYPE);
    return events.map(({ detail }) => brakeDetailSchema.parse(detail)).map(({ brake, result }) => `${result} ${brake}`);
  }

  closed() {
    const events = this.aws.events.filter(({ detailType }) => detailType === EXECUTION_DETAIL_TYPE);
    return executionDetailSchema.parse(events.at(-1)?.detail);
  }
}

const slot = (executionId: string, until: number) => ({ number: 1, executionId, expires: new Date(until) });

test('while the stop switch is set the worker waits, asks nobody of the instance, and tells so once', async () => {
  const life = new Life();
  life.aws.brakes.stop = STOP;
  life.at(minutes(5), () => {
    expect(life.looks).toBe(0);
    life.aws.brakes.stop = undefined;
  });
  await life.invokeAll();
  expect(life.invocations).toBe(2);
  expect(life.brakesTold()).toEqual(['held stop-switch']);
  expect(life.closed()).toMatchObject({ result: 'success', consistency: 'application' });
});

test('released, it begins in another invocation, which knows what was deployed meanwhile', async () => {
  const life = new Life();
  life.aws.brakes.stop = STOP;
  life.at(minutes(5), () => {
    life.aws.brakes.stop = undefined;
    life.disabled = true;
  });
  await life.invokeAll();
  expect(life.invocations).toBe(2);
  expect(life.closed()).toMatchObject({ consistency: 'none', reason: 'policy-disabled' });
  expect(life.aws.instance.windows).toEqual([]);
});

test('also where the maximum of freezes holds it after the switch did', async () => {
  const life = new Life();
  life.aws.brakes.stop = STOP;
  await life.aws.brakes.takeSlot(SCOPE, slot('other', DUE + minutes(7)), new Date(DUE));
  life.at(minutes(5), () => {
    life.aws.brakes.stop = undefined;
    life.disabled = true;
  });
  await life.invokeAll();
  expect(life.closed()).toMatchObject({ consistency: 'none', reason: 'policy-disabled' });
  expect(life.aws.instance.windows).toEqual([]);
});

test('it hands the execution on when its invocation ends, never twice under one deduplication id, and the next one tells no more', async () => {
  const life = new Life();
  life.aws.brakes.stop = STOP;
  life.at(minutes(40), () => {
    life.aws.brakes.stop = undefined;
  });
  await life.invokeAll();
  expect(life.invocations).toBe(4); // the last time because it was released
  expect(life.handedOn).toEqual([
    { attempt: 1, held: true },
    { attempt: 1, held: true },
    { attempt: 1, held: true },
  ]);
  expect(life.brakesTold()).toEqual(['held stop-switch']);
  expect(life.closed()).toMatchObject({ result: 'success', attempts: 1 });
});

test('after 60 minutes it is told as expired', async () => {
  const life = new Life();
  life.aws.brakes.stop = STOP;
  await life.invokeAll();
  expect(life.closed()).toMatchObject({ result: 'failed', consistency: 'none', reason: 'expired' });
  expect(life.aws.instance.windows).toEqual([]);
  expect(life.invocations).toBeLessThanOrEqual(5); // Lambda ends a function that feeds its own queue after about 16 in a row
});

test('released with too little time left for the attempt, another invocation begins it, and the slot is kept for it', async () => {
  const life = new Life();
  const free = DUE + LAMBDA_MS - worstCaseMs(message.script) + 60_000;
  await life.aws.brakes.takeSlot(SCOPE, slot('other', free), new Date(DUE));
  expect(await life.invoke()).toBe('continued');
  expect(life.aws.instance.windows).toEqual([]);
  expect(await life.aws.brakes.slots(SCOPE)).toMatchObject([{ executionId: EXECUTION }]);
  expect(await life.invoke({ held: 1 })).toBe('closed');
  expect(life.closed()).toMatchObject({ result: 'success' });
});

test('what is in the way after a hold gets as much patience as without one', async () => {
  const life = new Life();
  life.busyAtFirst = true;
  await life.aws.brakes.takeSlot(SCOPE, slot('other', DUE + minutes(2)), new Date(DUE));
  await life.invoke();
  expect(life.looks).toBe(2);
  expect(life.closed()).toMatchObject({ result: 'success' });
});

test('a full limit holds until the slot is given back, or its time is over', async () => {
  const life = new Life();
  await life.aws.brakes.takeSlot(SCOPE, slot('other', DUE + minutes(3)), new Date(DUE));
  expect(await life.invoke()).toBe('closed');
  expect(life.brakesTold()).toEqual(['held maximum-freezes']);
  expect(life.aws.instance.windows[0]?.from).toBeGreaterThanOrEqual(DUE + minutes(3));
  expect(life.closed()).toMatchObject({ result: 'success' });
});

test('its own slot is given back once its thaw is confirmed', async () => {
  const life = new Life();
  await life.invoke();
  expect(life.closed()).toMatchObject({ result: 'success' });
  expect(await life.aws.brakes.slots(SCOPE)).toEqual([]);
});

test('and kept where nobody could confirm it: something may still be frozen', async () => {
  const life = new Life({ posts: [202, 202, 202].map((exitCode) => ({ ms: 100, exitCode })), autoThawMs: minutes(10) });
  await life.invoke();
  expect(life.closed()).toMatchObject({ reason: 'post-failed' });
  const [kept] = await life.aws.brakes.slots(SCOPE);
  expect(kept?.executionId).toBe(EXECUTION);
  expect(kept?.expires.getTime()).toBeGreaterThan(life.aws.time);
});

test('between two attempts nobody is kept from freezing', async () => {
  const life = new Life({ pres: [{ ms: 100, exitCode: 206 }] });
  let between: unknown;
  const script = plan({ maximumRetryCount: 1, retryPause: 60 });
  life.at(30_000, () => {
    between = life.aws.brakes.slots(SCOPE);
  });
  await life.invoke({ script });
  expect(await between).toEqual([]);
  expect(life.closed()).toMatchObject({ result: 'success', attempts: 2 });
});

test('a retry looks at the brakes again', async () => {
  const life = new Life({ pres: [{ ms: 100, exitCode: 206 }] });
  life.at(30_000, () => {
    life.aws.brakes.stop = STOP;
  });
  life.at(minutes(5), () => {
    life.aws.brakes.stop = undefined;
  });
  await life.invokeAll({ script: plan({ maximumRetryCount: 1, retryPause: 60 }) });
  expect(life.brakesTold()).toEqual(['held stop-switch']);
  expect(life.closed()).toMatchObject({ result: 'success', attempts: 2 });
  expect(life.aws.instance.windows[0]?.from).toBeGreaterThan(DUE + minutes(5));
});

test('a switch that is set while an attempt runs changes nothing of it', async () => {
  const life = new Life({ pres: [{ ms: 5_000, exitCode: 0 }] });
  life.at(6_000, () => {
    life.aws.brakes.stop = STOP;
  });
  await life.invoke();
  expect(life.aws.brakes.stop).toBe(STOP);
  expect(life.brakesTold()).toEqual([]);
  expect(life.closed()).toMatchObject({ result: 'success', thawed_by: 'post' });
});

test('nor of its recovery: the next worker thaws, and looks at no brake', async () => {
  const life = new Life({ pres: [{ ms: 5_000, exitCode: 0 }] });
  life.at(7_000, () => {
    life.aws.brakes.stop = STOP;
    throw new Killed();
  });
  await expect(life.invoke()).rejects.toThrow(Killed);
  const looked = jest.spyOn(life.aws.brakes, 'stopSwitch');
  life.aws.pass(10_000);
  expect(life.aws.instance.isFrozen()).toBe(true);
  expect(await life.invoke()).toBe('closed');
  expect(life.aws.instance.windows).toMatchObject([{ by: 'post' }]);
  expect(looked).not.toHaveBeenCalled();
  expect(await life.aws.brakes.slots(SCOPE)).toEqual([]); // the first worker's
});

test('brakes that can’t be read hold, and never keep an execution from being closed', async () => {
  const life = new Life({ posts: [202, 202].map((exitCode) => ({ ms: 100, exitCode })), autoThawMs: minutes(10) });
  const broken = jest.spyOn(life.aws.brakes, 'stopSwitch').mockRejectedValue(new Error('throttled'));
  const uncounted = jest.spyOn(life.aws.brakes, 'addIncident').mockRejectedValue(new Error('throttled'));
  life.at(minutes(5), () => broken.mockRestore());
  expect(await life.invoke()).toBe('closed');
  expect(uncounted).toHaveBeenCalled();
  expect(life.brakesTold()).toEqual(['held unreadable']);
  expect(life.closed()).toMatchObject({ reason: 'post-failed' });
});

test('a paused policy’s scripts are refused, with its fallback, and take no slot', async () => {
  const life = new Life();
  life.aws.brakes.policies.set('nightly', { incidents: [], pause: { ...STOP, executionId: undefined } });
  const taken = jest.spyOn(life.aws.brakes, 'takeSlot');
  await life.invoke();
  expect(life.closed()).toMatchObject({ consistency: 'crash', reason: 'policy-paused', detail: expect.stringContaining('resume nightly') });
  expect(life.aws.instance.windows).toEqual([]);
  expect(taken).not.toHaveBeenCalled();
});

test('the incident that is one too many pauses the policy, and the pause is told with it', async () => {
  const life = new Life({ autoThawMs: 300, posts: [{ ms: 5_000, exitCode: 0 }] });
  await life.aws.brakes.addIncident('nightly', 'earlier');
  await life.invoke();
  expect(life.closed()).toMatchObject({ cause: '203' });
  expect(life.brakesTold()).toEqual(['set policy-pause']);
  expect(life.aws.brakes.policies.get('nightly')).toMatchObject({ incidents: ['earlier', EXECUTION], pause: { executionId: EXECUTION } });
});

test('a policy without scripts is held by the switch, and asks for no slot', async () => {
  const life = new Life();
  life.aws.brakes.stop = STOP;
  await life.aws.brakes.takeSlot(SCOPE, slot('other', DUE + minutes(300)), new Date(DUE));
  life.at(minutes(1), () => {
    life.aws.brakes.stop = undefined;
  });
  const { script: _none, ...plain } = message;
  const began = life.aws.time;
  await life.invokeAll({ ...plain, script: undefined });
  expect(life.brakesTold()).toEqual(['held stop-switch']);
  expect(life.aws.time - began).toBeLessThan(minutes(2));
  expect(life.closed()).toMatchObject({ reason: 'no-scripts' });
});

test('while the stack is being removed nothing begins, queued or held, and there is no fallback', async () => {
  const life = new Life();
  life.aws.brakes.stop = STOP;
  life.at(minutes(2), () => {
    life.aws.brakes.stop = { ...STOP, removing: true };
  });
  expect(await life.invoke()).toBe('closed');
  expect(life.brakesTold()).toEqual(['held stop-switch']);
  expect(life.closed()).toMatchObject({ result: 'failed', consistency: 'none', reason: 'stack-removed' });
  expect(life.aws.instance.windows).toEqual([]);
  expect(life.aws.sets).toEqual([]);
});

test('an execution counts as under way before it looks at the switch, and until it is closed', async () => {
  const life = new Life();
  const { brakes } = life.aws;
  const seen: unknown[] = [];
  jest.spyOn(brakes, 'stopSwitch').mockImplementation(async () => {
    seen.push(await brakes.underWay());
    return undefined;
  });
  await life.invoke();
  expect(seen).toMatchObject([[{ executionId: EXECUTION, rights: 'now' }]]);
  expect(await brakes.underWay()).toEqual([]);
});

test('one whose worker died counts as under way until the next worker has closed it', async () => {
  const life = new Life({ pres: [{ ms: 5_000, exitCode: 0 }] });
  life.at(7_000, () => {
    throw new Killed();
  });
  await expect(life.invoke()).rejects.toThrow(Killed);
  expect(await life.aws.brakes.underWay()).toMatchObject([{ executionId: EXECUTION }]);
  expect(await life.invoke()).toBe('closed');
  expect(await life.aws.brakes.underWay()).toEqual([]);
});

test('an entry that can’t be taken back keeps no execution from being closed', async () => {
  const life = new Life();
  jest.spyOn(life.aws.brakes, 'leave').mockRejectedValue(new Error('throttled'));
  expect(await life.invoke()).toBe('closed');
  expect(life.closed()).toMatchObject({ result: 'success' });
});
