import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import { EXECUTION_DETAIL_TYPE, executionDetailSchema } from '../../lambda/core/event/execution-event';
import { POLICY_STATE_DETAIL_TYPE, policyStateDetailSchema } from '../../lambda/core/event/policy-state-event';
import type { EventEnvelope } from '../../sandbox/ports';
import { madeUpId } from '../../sandbox/scenario/fleet';
import type { PolicyFile } from '../../sandbox/scenario/policies';
import { type Case, instanceOf } from '../end-to-end/harness/cases';
import { editedAssembly, resourceOf, withVariable } from '../rights/edited-assembly';
import { type Bench, openBench } from '../sandbox/support/bench';
import { type SentCommand, update } from '../sandbox/support/fake-machines';
import { assemblyOf } from '../support/sandbox-assembly';

const CONTENT = readFileSync(join(import.meta.dirname, '../end-to-end/documents/orders.yaml'), 'utf8');
export const ORDERS = { name: 'orders', content: CONTENT, tags: { DLMScriptsAccess: 'true' } };

const SCRIPTS = [{ ExecutionHandler: ORDERS.name, ExecutionTimeout: 60 }];
const interval = (Interval: number, time: string) => ({ Interval, IntervalUnit: 'HOURS', Times: [time] });

const policy = (name: string, schedules: Readonly<Record<string, object>>): PolicyFile => ({
  ...{ ResourceTypes: ['INSTANCE'], TargetTags: [{ Key: 'Backup', Value: name }] },
  Schedules: Object.entries(schedules).map(([Name, CreateRule]) => ({ Name, CreateRule })),
});

const HOURLY = { Hourly: { CronExpression: 'cron(0 * * * ? *)', Scripts: SCRIPTS } };

/** `four`: four schedules that fall on 05:30, and no other pair of them on any other minute of the morning. */
const POLICIES: Readonly<Record<string, PolicyFile>> = {
  state: policy('state', HOURLY),
  switched: policy('switched', HOURLY),
  four: policy('four', {
    Cron: { CronExpression: 'cron(30 5 ? * SUN-SAT *)' },
    Daily: { ...interval(24, '05:30'), Scripts: [{ ...SCRIPTS[0], Stages: ['PRE', 'POST'], MaximumRetryCount: 1 }] },
    Six: { ...interval(6, '23:30'), Scripts: [{ ...SCRIPTS[0], Stages: ['POST'] }] },
    Hourly: interval(1, '00:30'),
  }),
};

const GROUP = { 'stillpoint:group': 'pair' };
const CASES: Readonly<Record<string, Case>> = {
  'state-a': { under: 'state' },
  'state-b': { under: 'state' },
  'switched-a': { under: 'switched', tags: GROUP },
  'switched-b': { under: 'switched', tags: GROUP },
  'four-a': { under: 'four' },
  'four-b': { under: 'four' },
};

/** The app on machines that only say that they did it, in one boot; its clock moves from run to run. */
export class App {
  readonly events: EventEnvelope[] = [];
  /** `assembly`: without waiting for a minute of quiet before rights are taken away. */
  private constructor(
    readonly bench: Bench,
    readonly assembly: string,
  ) {
    bench.sandbox.onEvent((event) => this.events.push(event));
    bench.machines.onSend = ({ update: tell }) => tell(ENDED);
  }

  static async open(): Promise<App> {
    const assembly = editedAssembly(await assemblyOf({ policies: POLICIES }), withVariable('RemovalServiceFunction', 'QUIET_SECONDS', '0'));
    const timing = { snapshotCompletionMs: 10, invocationVisibleMs: 0, deliveryMs: 1, asyncRetryMs: [1] };
    const fleet = Object.entries(CASES).map(([name, of]) => instanceOf(name, of));
    return new App(await openBench({ assembly, fleet, documents: [ORDERS], timing, realTime: true }), assembly);
  }

  /** The next run of a policy, to its end: of a later minute than the one in which the clock stands. */
  async run(policyId: string, schedule = 'Hourly'): Promise<void> {
    await this.leaveMinute();
    await this.bench.sandbox.fire(policyId, schedule);
    await this.bench.sandbox.idle();
  }

  /** The sweep is a rule that is there anyway, and time moves to it. */
  async leaveMinute(): Promise<void> {
    const answer = await fetch(`${this.bench.sandbox.endpoint}/_sandbox/state`);
    const { time } = z.object({ time: z.string() }).parse(await answer.json());
    await this.bench.post('rule', { name: 'stillpoint-sweep', at: new Date(Date.parse(time) + 120_000).toISOString() });
  }

  /** What is found, as soon as it is there. */
  async until<T>(find: () => T | undefined): Promise<T> {
    for (const end = Date.now() + 30_000; Date.now() < end; await pause(20)) {
      const found = find();
      if (found !== undefined) return found;
    }
    throw new Error('waited 30 s');
  }

  async deploy(assembly: string): Promise<void> {
    const { body } = await this.bench.post('deploy', { assembly });
    expect(body).toEqual({ status: 'COMPLETE', reasons: [] });
  }

  /** What the closing events of these instances say, in their order. */
  closings(...names: readonly string[]) {
    return this.events
      .filter((event) => event['detail-type'] === EXECUTION_DETAIL_TYPE)
      .map(({ detail }) => executionDetailSchema.parse(detail))
      .filter(({ source }) => names.some((name) => source.endsWith(madeUpId('i', name))));
  }

  /** Every change of a policy's state so far. */
  changes() {
    return this.events
      .filter((event) => event['detail-type'] === POLICY_STATE_DETAIL_TYPE)
      .map(({ detail }) => policyStateDetailSchema.parse(detail));
  }
}

export const ENDED: Parameters<SentCommand['update']>[0] = {
  ...update('Success'),
  steps: update('Success').steps.map((step) => ({ ...step, name: 'backupHook' })),
};

const policiesSchema = z.record(z.string(), z.looseObject({}));

/** The same app with one policy disabled, as a deployment after a change of its file has it: in the rule and in each function's bundle. */
export const withDisabled = (assembly: string, policyId: string): string => {
  const folder = editedAssembly(assembly, (resources) => {
    const [, { Properties = {} }] = resourceOf(resources, 'AWS::Events::Rule', policyId);
    Properties['State'] = 'DISABLED';
  });
  for (const asset of readdirSync(folder).filter((name) => name.startsWith('asset.'))) {
    const file = join(folder, asset, 'policies.json');
    const bundled = policiesSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    writeFileSync(file, JSON.stringify({ ...bundled, [policyId]: { ...bundled[policyId], State: 'DISABLED' } }));
  }
  return folder;
};
