import { setTimeout as pause } from 'node:timers/promises';
import { DescribeSnapshotsCommand } from '@aws-sdk/client-ec2';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListQueuesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { EXECUTION_DETAIL_TYPE, executionDetailSchema } from '../../../lambda/core/event/execution-event';
import type { ExecutionMessage, VssPlan } from '../../../lambda/core/execution-message';
import { PREFLIGHT_FUNCTION, preflightAnswerSchema } from '../../../lambda/core/preflight/request';
import type { EventEnvelope, Fault, FleetInstance, VssFailure } from '../../../sandbox/ports';
import { madeUpId } from '../../../sandbox/scenario/fleet';
import { type Bench, openBench, REGION } from '../../sandbox/support/bench';
import { assemblyOf } from '../../support/sandbox-assembly';
import { type Case, instanceOf, policyOf, SCHEDULE, volumeOf } from './cases';
import { eventsOf, wordsOf } from './story';

/** A policy with VSS, and what its Windows instance is. */
export interface VssCase extends Omit<Case, 'script'> {
  readonly retries?: number;
  readonly fallback?: boolean;
  readonly older?: boolean;
  readonly instanceType?: string;
  readonly profile?: false;
  /** How its commands go wrong, one after another. */
  readonly failures?: readonly VssFailure[];
}

const policyFor = (name: string, { retries = 0, fallback = true, older = false, ...of }: VssCase) =>
  policyOf(name, {
    ...of,
    script: {
      ...{ ExecutionHandler: 'AWS_VSS_BACKUP', Stages: undefined, ExecutionTimeout: undefined },
      ...{ MaximumRetryCount: retries, ExecuteOperationOnScriptFailure: fallback },
    },
    schedule: { RetainRule: { Interval: 7, IntervalUnit: 'DAYS' }, ...of.schedule },
    stillpoint: older ? { VssDocument: 'AWSEC2-CreateVssSnapshot' } : {},
  });

const instanceFor = (name: string, of: VssCase): FleetInstance => ({
  ...instanceOf(name, {
    ...of,
    platform: of.platform ?? 'windows',
    volumes: [{ ...volumeOf(name), deviceName: '/dev/sda1' }, volumeOf(name, 'ext4', '/d', 1)],
  }),
  instanceType: of.instanceType ?? 'm7i.large',
  ...(of.profile === false && { profile: false }),
});

/** Executions with VSS in one sandbox, on machines that hold nothing: what is asked of AWS is the same, and IAM is enforced. */
export class VssBench<Name extends string> {
  private constructor(
    private readonly bench: Bench,
    readonly events: readonly EventEnvelope[],
  ) {}

  static async open<Name extends string>(cases: Readonly<Record<Name, VssCase>>): Promise<VssBench<Name>> {
    const all = Object.entries<VssCase>(cases);
    const assembly = await assemblyOf({ policies: Object.fromEntries(all.map(([name, of]) => [name, policyFor(name, of)])) });
    const timing = { snapshotCompletionMs: 10, invocationVisibleMs: 0, deliveryMs: 1, asyncRetryMs: [1] };
    const bench = await openBench({ assembly, fleet: all.map(([name, of]) => instanceFor(name, of)), timing, realTime: true });
    const events: EventEnvelope[] = [];
    bench.sandbox.onEvent((event) => events.push(event));
    const opened = new VssBench<Name>(bench, events);
    for (const [name, { failures = [] }] of all)
      for (const failure of failures) await opened.fault({ kind: 'vss', instanceId: madeUpId('i', name), failure });
    return opened;
  }

  idOf(name: Name): string {
    return madeUpId('i', name);
  }

  volumesOf(name: Name): readonly string[] {
    return [0, 1].map((index) => madeUpId('vol', `${name}/${index}`));
  }

  async fault(given: Fault): Promise<void> {
    await this.bench.post('faults', given);
  }

  /** Every case at once, to its end. `killed`: whose workers die on the way. */
  async run(names: readonly Name[], killed: readonly Name[] = []): Promise<void> {
    await Promise.all(names.map((name) => this.bench.post('fire', { policyId: name, schedule: SCHEDULE, late: true })));
    for (const name of killed) await this.redeliver(name);
    await this.bench.sandbox.idle();
  }

  /** The worker has died: another one gets its message at once. */
  private async redeliver(name: Name): Promise<void> {
    for (let expired = false; !expired; ) {
      await pause(50);
      const { body } = await this.bench.post('expire', { instanceId: this.idOf(name) });
      expired = JSON.stringify(body) !== '{"expired":0}';
    }
  }

  /** An execution that no worker ended, as the dead-letter queue has it. */
  async deadLetter(name: Name): Promise<void> {
    const instanceId = this.idOf(name);
    const script: VssPlan = {
      ...{ executionHandler: 'AWS_VSS_BACKUP', document: 'AWSEC2-VssInstallAndSnapshot' },
      ...{ executeOperationOnScriptFailure: true, maximumRetryCount: 0, retryPause: 60 },
    };
    const message: ExecutionMessage = {
      ...{ version: 1, policyId: name, due: new Date(0).toISOString(), schedules: [SCHEDULE], instanceId, instanceState: 'running' },
      ...{ agent: 'online', messageGroupId: instanceId, attempt: 1, thawOnly: false, script },
    };
    const { QueueUrls = [] } = await this.bench.sqs.send(new ListQueuesCommand({}));
    const QueueUrl = QueueUrls.find((url) => url.includes('QueuesDeadExecutions'));
    const ids = { MessageGroupId: instanceId, MessageDeduplicationId: instanceId };
    await this.bench.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message), ...ids }));
  }

  /** What a preflight finds amiss, by check. */
  async preflight(name: Name): Promise<readonly string[]> {
    const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
    const lambda = new LambdaClient({ endpoint: this.bench.sandbox.endpoint, region: REGION, credentials });
    const request = { policyId: name, instanceId: this.idOf(name) };
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: PREFLIGHT_FUNCTION, Payload: JSON.stringify(request) }));
    const answer = preflightAnswerSchema.parse(JSON.parse(new TextDecoder().decode(Payload)));
    const findings = answer.kind === 'reports' ? answer.reports.flatMap((report) => report.findings) : [];
    return findings.flatMap(({ check, result }) => (result === 'failed' ? [check] : []));
  }

  end(): Promise<void> {
    return this.bench.end();
  }

  eventsOf(name: Name): readonly EventEnvelope[] {
    return eventsOf(this.events, this.idOf(name)).filter((event) => !event['detail-type'].includes('Completion'));
  }

  told(name: Name): readonly string[] {
    return this.eventsOf(name).map(wordsOf);
  }

  closing(name: Name) {
    const event = this.eventsOf(name).find((one) => one['detail-type'] === EXECUTION_DETAIL_TYPE);
    return executionDetailSchema.parse(event?.detail);
  }

  /** The tags of each of its snapshots. */
  async tags(name: Name): Promise<readonly Readonly<Record<string, string>>[]> {
    const Filters = [{ Name: 'volume-id', Values: [...this.volumesOf(name)] }];
    const { Snapshots = [] } = await this.bench.ec2.send(new DescribeSnapshotsCommand({ Filters }));
    return Snapshots.map(({ Tags = [] }) => Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])));
  }

  /** Each set in words: who made it, attempt, consistency, reason. */
  async sets(name: Name): Promise<readonly string[]> {
    const words = (await this.tags(name)).map((tags) =>
      ['AwsVssConfig' in tags ? 'vss' : 'ours', ...['attempt', 'consistency', 'reason'].map((key) => tags[`stillpoint:${key}`])].join(' '),
    );
    return [...new Set(words)].sort();
  }

  /** Commands that were sent to it: what each request concerned. */
  commands(name: Name): readonly (readonly unknown[])[] {
    return this.bench
      .lines('requests')
      .flatMap(({ action, resources }) =>
        action === 'SendCommand' && Array.isArray(resources) && resources.includes(this.idOf(name)) ? [resources] : [],
      );
  }

  /** Lines of the functions that hold all of these texts. */
  logged(...texts: readonly string[]): number {
    return this.bench.lines('functions').filter((line) => texts.every((text) => JSON.stringify(line).includes(text))).length;
  }
}
