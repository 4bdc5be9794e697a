import { parseBrakesArguments } from '../../cli/brakes/arguments';
import { BRAKE_DETAIL_TYPE } from '../../lambda/core/event/brake-event';
import { preflightAnswerSchema } from '../../lambda/core/preflight/request';
import { madeUpId } from '../../sandbox/scenario/fleet';
import { editedAssembly, withoutAction } from '../rights/edited-assembly';
import type { SentCommand } from '../sandbox/support/fake-machines';
import { App, ENDED, ORDERS, withDisabled } from './app';

const PATIENCE_MS = 120_000;

let app: App;
beforeAll(async () => {
  app = await App.open();
}, PATIENCE_MS);
afterAll(() => app?.bench.end());

/** Calls of the functions that concern an instance. */
const calls = (action: string, name: string) =>
  app.bench
    .lines('requests')
    .filter((line) => line['action'] === action && JSON.stringify(line['resources']).includes(madeUpId('i', name)));

/** `npm run brakes -- ...` without a process of its own. */
const brakes = async (...args: readonly string[]): Promise<string> => {
  const credentials = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox' };
  Object.assign(process.env, { AWS_ENDPOINT_URL: app.bench.sandbox.endpoint, ...credentials });
  const parsed = parseBrakesArguments(args);
  if (parsed.kind !== 'run') throw new Error(JSON.stringify(parsed));
  const { runBrakes } = await import('../../cli/brakes/command');
  return runBrakes(parsed);
};

describe('schedules', () => {
  it(
    'that fall on one minute make one set of each target, whichever rules fire and however often',
    async () => {
      for (const schedule of ['Cron', 'Daily', 'Six', 'Hourly', 'Daily']) await app.bench.sandbox.fire('four', schedule);
      await app.bench.sandbox.idle();
      const closings = app.closings('four-a', 'four-b');
      expect(closings).toHaveLength(2);
      for (const { schedules, consistency, due_time: due } of closings) {
        expect({ schedules, consistency }).toEqual({ schedules: ['Cron', 'Daily', 'Six', 'Hourly'], consistency: 'reported' }); // Daily's script
        expect(due).toMatch(/T05:30:00\.000Z$/);
      }
      for (const name of ['four-a', 'four-b']) expect(calls('CreateSnapshots', name)).toHaveLength(1);
    },
    PATIENCE_MS,
  );

  it(
    'fall apart again: each minute has the schedules that fall on it',
    async () => {
      for (const schedule of ['Hourly', 'Six']) await app.run('four', schedule);
      const [sixThirty, , elevenThirty] = app.closings('four-a', 'four-b').slice(2);
      expect([sixThirty?.schedules, sixThirty?.due_time]).toEqual([['Hourly'], expect.stringMatching(/T06:30/)]);
      expect([elevenThirty?.schedules, elevenThirty?.due_time]).toEqual([['Six', 'Hourly'], expect.stringMatching(/T11:30/)]);
      expect(elevenThirty).toMatchObject({ consistency: 'crash', reason: 'post-only' }); // Six's script
    },
    PATIENCE_MS,
  );

  it(
    'of a policy that a deployment disables: what runs ends, what is queued begins nothing, and nothing more is planned',
    async () => {
      const { machines, sandbox } = app.bench;
      const pres: SentCommand[] = [];
      const answer = machines.onSend;
      machines.onSend = (sent) => (pres.length === 0 ? void pres.push(sent) : answer(sent));
      await sandbox.fire('switched', 'Hourly');
      await app.until(() => pres[0]); // one of the group runs, the other waits for it
      await app.deploy(withDisabled(app.assembly, 'switched'));
      for (const sent of pres) sent.update(ENDED);
      await sandbox.idle();
      expect(app.closings('switched-a', 'switched-b').map(({ consistency, reason }) => `${consistency} ${reason}`)).toEqual([
        'reported no-result-line',
        'none policy-disabled',
      ]);
      await expect(sandbox.fire('switched', 'Hourly')).rejects.toThrow('is disabled');
      machines.onSend = answer;
      await app.deploy(app.assembly);
      await app.run('switched');
      expect(app.closings('switched-a', 'switched-b').slice(2)).toMatchObject([{ consistency: 'reported' }, { consistency: 'reported' }]);
    },
    PATIENCE_MS,
  );

  it(
    'of a policy that is disabled while the stop switch holds its executions: released, they begin nothing',
    async () => {
      await brakes('stop', '--reason', 'look first');
      await app.leaveMinute();
      await app.bench.sandbox.fire('switched', 'Hourly');
      await app.until(() =>
        app.events.find((event) => event['detail-type'] === BRAKE_DETAIL_TYPE && JSON.stringify(event.detail).includes('"held"')),
      );
      await app.deploy(withDisabled(app.assembly, 'switched'));
      await brakes('resume');
      await app.bench.sandbox.idle();
      const held = app.closings('switched-a', 'switched-b').slice(4);
      expect(held).toMatchObject(Array(2).fill({ consistency: 'none', reason: 'policy-disabled' }));
      await app.deploy(app.assembly);
    },
    PATIENCE_MS,
  );
});

describe('the state of a policy', () => {
  const preflight = async (): Promise<readonly string[]> => {
    const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
    const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
    const lambda = new LambdaClient({ endpoint: app.bench.sandbox.endpoint, region: 'eu-west-1', credentials });
    const Payload = JSON.stringify({ policyId: 'state', instanceId: madeUpId('i', 'state-a') });
    const { Payload: bytes } = await lambda.send(new InvokeCommand({ FunctionName: 'stillpoint-preflight', Payload }));
    lambda.destroy();
    const answer = preflightAnswerSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return answer.kind === 'reports' ? answer.reports.flatMap(({ findings }) => findings.map(({ found }) => found)) : [];
  };

  /** What the latest changes say: `ERROR document`, `ENABLED document`. */
  const told = () => app.changes().map(({ state, stillpoint }) => `${state} ${stillpoint.fault}`);

  const isRefused = ({ action, errorCode }: Record<string, unknown>): boolean => action === 'DescribeVolumes' && errorCode !== undefined;

  const without = (role: string, action: string): string => editedAssembly(app.assembly, withoutAction(role, action));

  it(
    'is ERROR while its document is missing, told once for all its targets and runs, and ENABLED with the next run after',
    async () => {
      await app.run('state');
      expect(app.changes()).toEqual([]);
      await fetch(`${app.bench.sandbox.endpoint}/_sandbox/documents`, { method: 'DELETE', body: JSON.stringify({ name: ORDERS.name }) });
      await app.run('state');
      await app.run('state');
      const refused = app.closings('state-a', 'state-b').slice(2);
      expect(refused).toMatchObject(Array(4).fill({ consistency: 'crash', reason: 'document-refused' }));
      const [error, ...more] = app.changes();
      expect(more).toEqual([]);
      expect(error).toMatchObject({
        state: 'ERROR',
        cause: expect.stringMatching(/^document orders: InvalidDocument: /),
        policy_id: 'arn:aws:stillpoint:eu-west-1:111122223333:policy/state',
        stillpoint: { fault: 'document', execution_handler: 'orders' },
      });
      // Of the first run; whichever of its two targets met the fault first, which need not be the one that closed first.
      expect(refused.slice(0, 2).map(({ execution_id }) => execution_id)).toContain(error?.stillpoint.execution_id);
      expect(await brakes('status')).toContain(`state  since ${error?.stillpoint.since}, document: ${error?.cause}`);
      expect(await preflight()).toContain(`in ERROR since ${error?.stillpoint.since}: ${error?.cause}`);
      await app.bench.post('documents', ORDERS);
      await app.run('state');
      expect(app.changes().slice(1)).toMatchObject([{ state: 'ENABLED', cause: '', stillpoint: { fault: 'document' } }]);
      expect(await brakes('status')).toContain('Policies in ERROR (they run; docs/runbook.md, Policy faults): none');
    },
    PATIENCE_MS,
  );

  it.each([
    [
      'WorkerRights',
      'ssm:SendCommand',
      'send-command',
      /^ssm:SendCommand: AccessDeniedException: .*WorkerServiceRole\w+ is not authorized/,
    ],
    ['WorkerServiceRole', 'ec2:CreateSnapshots', 'create-snapshots', /^ec2:CreateSnapshots: UnauthorizedOperation: .*WorkerServiceRole\w+/],
    ['PlannerServiceRole', 'ec2:DescribeInstances', 'plan', /^UnauthorizedOperation: .*PlannerServiceRole\w+ is not authorized to perform/],
  ])(
    'is ERROR while %s has no %s, and ENABLED after',
    async (role, action, fault, cause) => {
      const before = app.changes().length;
      await app.deploy(without(role, action));
      await app.run('state');
      expect(app.changes().slice(before)).toMatchObject([{ state: 'ERROR', cause: expect.stringMatching(cause), stillpoint: { fault } }]);
      await app.deploy(app.assembly);
      await app.run('state');
      expect(told().slice(before)).toEqual([`ERROR ${fault}`, `ENABLED ${fault}`]);
    },
    PATIENCE_MS,
  );

  it(
    'is ERROR when another of the worker’s calls is refused, once for all',
    async () => {
      const before = app.changes().length;
      await app.deploy(without('WorkerServiceRole', 'ec2:DescribeVolumes'));
      await app.leaveMinute();
      await app.bench.sandbox.fire('state', 'Hourly');
      await app.until(() => app.changes()[before]);
      await app.until(() => app.bench.lines('requests').filter(isRefused)[1]); // by both targets
      expect(told().slice(before)).toEqual(['ERROR call']);
      expect(app.changes().at(-1)?.cause).toMatch(/^UnauthorizedOperation: .*ec2:DescribeVolumes/);
    },
    PATIENCE_MS,
  );
});
