import { parseBrakesArguments } from '../../cli/brakes/arguments';
import { BRAKE_DETAIL_TYPE, type BrakeDetail, brakeDetailSchema } from '../../lambda/core/event/brake-event';
import type { TestSandbox } from '../support/sandbox';
import { PLAN } from './harness/cases';
import { endToEnd } from './harness/end-to-end';
import { freezeWindows } from './harness/freeze-window';
import { type Instance, NOTHING } from './harness/instance';

const ORDERS = { ExecutionHandler: 'orders' };
const ONE = { MaximumFreezes: 1 };

const cases = {
  running: {},
  queued: {},
  'one-a': { stillpoint: ONE },
  'one-b': { under: 'one-a' },
  'two-a': { stillpoint: ONE },
  'two-b': { under: 'two-a' },
  'any-a': {},
  'any-b': { under: 'any-a' },
  'incident-a': { script: ORDERS, stillpoint: { PauseAfter: 2 } },
  'incident-b': { under: 'incident-a' },
  'incident-c': { under: 'incident-a' },
  canary: { stillpoint: { CanaryTag: { Key: 'Ring', Value: 'canary' } }, tags: { Ring: 'canary' } },
  'no-canary': { under: 'canary', tags: { Ring: 'Canary' } },
} as const;

/** `npm run brakes -- ...` without a process of its own: what `enter` does, on the sandbox. */
const brakes = async (sandbox: TestSandbox, ...args: readonly string[]): Promise<string> => {
  Object.assign(process.env, sandbox.environment);
  const parsed = parseBrakesArguments(args);
  if (parsed.kind !== 'run') throw new Error(JSON.stringify(parsed));
  const { runBrakes } = await import('../../cli/brakes/command');
  return runBrakes(parsed);
};

/** Takes all slots of the account, so that all who come find it full; returns how to give them back. */
const occupy = async (sandbox: TestSandbox): Promise<() => Promise<void>> => {
  Object.assign(process.env, sandbox.environment);
  const [{ dynamoDb }, { dynamoDbBrakes }] = await Promise.all([
    import('../../lambda/aws/clients'),
    import('../../lambda/aws/dynamodb-brakes'),
  ]);
  const table = dynamoDbBrakes(dynamoDb);
  const slots = [1, 2].map((number) => ({ number, executionId: 'somebody', expires: new Date(Date.now() + 600_000) }));
  for (const slot of slots) expect(await table.takeSlot('account', slot, new Date())).toBe(true);
  return async () => {
    for (const slot of slots) await table.freeSlot('account', slot);
  };
};

/** What the brakes told so far. */
const brakeEvents = ({ events }: TestSandbox): readonly BrakeDetail[] =>
  events.filter((event) => event['detail-type'] === BRAKE_DETAIL_TYPE).map(({ detail }) => brakeDetailSchema.parse(detail));

const told = (sandbox: TestSandbox, brake: BrakeDetail['brake'], result: BrakeDetail['result']): Promise<BrakeDetail> =>
  sandbox.until(() => brakeEvents(sandbox).find((event) => event.brake === brake && event.result === result), `${brake} ${result}`);

const minutesAgo = (minutes: number): Date => new Date(Math.floor(Date.now() / 60_000 - minutes) * 60_000);

const WAY = ['PRE initiated', 'PRE success', 'POST initiated', 'POST success', 'CLOSED application proven'];

/** How many of these instances were frozen at the same moment, at most. */
const mostAtOnce = ({ events, requests }: TestSandbox, instances: readonly Instance[]): number => {
  const windows = instances.flatMap(({ id }) => freezeWindows(events, requests, id));
  expect(windows).toHaveLength(instances.length);
  return Math.max(...windows.map(({ from }) => windows.filter((other) => other.from <= from && from < other.to).length));
};

endToEnd(
  'brakes',
  cases,
  ({ alone }) => {
    alone('running', 'the stop switch lets a running attempt end thawed, holds a queued one, and lets it go', async (running, others) => {
      const { sandbox } = running;
      const queued = others('queued');
      expect(await brakes(sandbox, 'status')).toContain('Stop switch: off');
      await running.faults({ kind: 'latency', action: 'CreateSnapshots', ms: 8_000 });
      await running.fire();
      await running.until(true);
      await brakes(sandbox, 'stop', '--reason', 'a drill');
      await queued.fire();
      await queued.hears('HELD stop-switch');
      expect(await running.closed()).toMatchObject({ result: 'success', thawed_by: 'post' });
      expect(running.told()).toEqual(WAY);
      expect(await running.held()).toEqual(NOTHING);
      expect(await brakes(sandbox, 'status')).toContain('a drill; to go on: npm run brakes -- resume');
      expect(queued.told()).toEqual(['HELD stop-switch']);
      await brakes(sandbox, 'resume');
      expect(await queued.closed()).toMatchObject({ result: 'success' });
      expect(queued.told()).toEqual(['HELD stop-switch', ...WAY]);
      expect(await told(sandbox, 'stop-switch', 'set')).toMatchObject({ reason: 'a drill', resume: 'npm run brakes -- resume' });
      expect(await told(sandbox, 'stop-switch', 'released')).toMatchObject({ reason: 'a drill' });
      const order = sandbox.events.map(({ detail }) => JSON.stringify(detail));
      const set = order.findIndex((text) => text.includes('"result":"set"'));
      expect(order.findIndex((text) => text.includes(running.id) && text.includes('"POST"'))).toBeGreaterThan(set);
    });

    alone('one-a', 'no more freezes at once than policies and account allow, and all get their turn', async (first, others) => {
      const { sandbox } = first;
      const [one, two, any] = ['one', 'two', 'any'].map((policy) => ['a', 'b'].map((letter) => others(`${policy}-${letter}`)));
      const all = [one, two, any].flatMap((pair) => pair ?? []);
      for (const instance of all) await instance.faults({ kind: 'latency', action: 'CreateSnapshots', ms: 1_000 });
      const free = await occupy(sandbox);
      await Promise.all([one, two, any].map((pair) => pair?.[0]?.fire()));
      for (const instance of all) await instance.hears('HELD maximum-freezes');
      await free();
      for (const instance of all) expect(await instance.closed()).toMatchObject({ result: 'success', reason: 'proven' });
      expect(mostAtOnce(sandbox, one ?? [])).toBe(1);
      expect(mostAtOnce(sandbox, two ?? [])).toBe(1);
      expect(mostAtOnce(sandbox, all)).toBeLessThanOrEqual(2);
      for (const instance of all) expect(instance.told()).toEqual(['HELD maximum-freezes', ...WAY]);
      expect(JSON.parse(await brakes(sandbox, 'status', '--json'))).toMatchObject({ freezes: [] });
    });

    alone(
      'incident-a',
      'a policy is paused after two incidents, refuses with its fallback, and goes on when resumed',
      async (a, others) => {
        const { sandbox } = a;
        const [b, c] = [others('incident-b'), others('incident-c')];
        const script = { ...PLAN, executionHandler: 'orders', maximumRetryCount: 0 };
        for (const [index, instance] of [a, b].entries()) {
          await instance.order('post', 'fsfreeze -u /data; exit 203');
          expect(brakeEvents(sandbox).filter(({ brake }) => brake === 'policy-pause')).toEqual([]);
          await instance.message(minutesAgo(index + 1), { script });
          expect(await instance.closed()).toMatchObject({ cause: '203' });
        }
        const paused = await told(sandbox, 'policy-pause', 'set');
        expect(paused.executions.map((id) => id.split('/')[1]).sort()).toEqual([a.id, b.id].sort());
        expect(paused).toMatchObject({ resume: 'npm run brakes -- resume incident-a', execution_id: expect.stringContaining(b.id) });
        await c.message(minutesAgo(3), { script });
        expect(await c.closed()).toMatchObject({ consistency: 'crash', reason: 'policy-paused' });
        expect(c.told()).toEqual(['PRE failed 201', 'CLOSED crash policy-paused']);
        expect(c.calls('SendCommand')).toEqual([]);
        expect(await brakes(sandbox, 'resume', 'incident-a')).toBe('Policy incident-a is resumed; incidents cleared: 2.');
        await c.message(minutesAgo(20), { script }); // long before: the execution of the same minute would be this very one
        expect(await c.closed(2)).toMatchObject({ result: 'success', consistency: 'reported' });
        expect(await told(sandbox, 'policy-pause', 'released')).toMatchObject({ executions: paused.executions });
      },
    );

    alone('canary', 'only targets with the canary tag run, to the letter; the others are told with their count', async (canary, others) => {
      const { sandbox } = canary;
      expect(await canary.execution()).toMatchObject({ result: 'success' });
      expect(await told(sandbox, 'canary-tag', 'left-out')).toMatchObject({
        left_out: 1,
        policy_id: expect.stringMatching(/policy\/canary$/),
      });
      await sandbox.idle();
      expect(others('no-canary').told()).toEqual([]);
      expect(others('no-canary').calls('SendCommand')).toEqual([]);
    });
  },
  { maximumFreezes: 2 },
);
