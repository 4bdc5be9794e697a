import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTagsCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-ec2';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListQueuesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { BRAKE_DETAIL_TYPE, brakeDetailSchema } from '../../lambda/core/event/brake-event';
import { executionDetailSchema } from '../../lambda/core/event/execution-event';
import type { ExecutionMessage } from '../../lambda/core/execution-message';
import { LIFECYCLE_GROUP } from '../../lambda/core/lifecycle/request';
import { PREFLIGHT_FUNCTION, PREFLIGHT_SCHEDULE, preflightAnswerSchema } from '../../lambda/core/preflight/request';
import { createAuthorizer, type UsedRight } from '../../sandbox/aws/iam/authorizer';
import type { EventEnvelope } from '../../sandbox/ports';
import { madeUpId } from '../../sandbox/scenario/fleet';
import { PLAN, SCHEDULE } from '../end-to-end/harness/cases';
import { eventsOf, wordsOf } from '../end-to-end/harness/story';
import { ACCOUNT, type Bench, openBench, REGION } from '../sandbox/support/bench';
import { assemblyOf } from '../support/sandbox-assembly';
import { editedAssembly, withoutAction, withoutResource, withTimeout, withVariable } from './edited-assembly';
import { answer, BY_VSS, DOCUMENTS, FLEET, NAMES, OVER, OWN_ARN, POLICIES, SHARED_ARN, SLOW_MS, WORKER_TIMEOUT } from './fleet';
import { describeGranted, type Granted, grantedBy, isUseOf, policiesOf, reduced } from './granted';

const PATIENCE_MS = 400_000;
/** One look of the lifecycle function, after which it has no minute left. */
const SLOW_LOOK_MS = 4_000;

const expiredSchema = z.object({ expired: z.number() });

const usedSchema = z.object({
  caller: z.string(),
  statement: z.string(),
  action: z.string(),
  resource: z.string(),
  context: z.record(z.string(), z.array(z.string())),
});

/** The app on machines that only say that they did it: what the functions ask of AWS is the same, and no root is needed. */
const openApp = async (assembly: string): Promise<Bench> => {
  const timing = { snapshotCompletionMs: 10, invocationVisibleMs: 0, deliveryMs: 1, asyncRetryMs: [1] };
  const bench = await openBench({ assembly, fleet: FLEET, documents: DOCUMENTS, timing, realTime: true });
  bench.machines.onSend = answer();
  return bench;
};

const fire = (bench: Bench, policyId: string, schedule = SCHEDULE) => bench.post('fire', { policyId, schedule, late: true });

const usedIn = (bench: Bench): readonly UsedRight[] => bench.lines('rights').map((line) => usedSchema.parse(line));

const queueUrl = async (bench: Bench, part: string): Promise<string> => {
  const { QueueUrls = [] } = await bench.sqs.send(new ListQueuesCommand({}));
  return QueueUrls.find((url) => url.includes(part)) ?? '';
};

/** An execution that no worker ended, as the dead-letter queue has it. */
const sendDeadLetter = async (bench: Bench): Promise<void> => {
  const instanceId = madeUpId('i', 'incident');
  const message: ExecutionMessage = {
    ...{ version: 1, policyId: 'incident', due: new Date(0).toISOString(), schedules: [SCHEDULE], instanceId, instanceState: 'running' },
    ...{ agent: 'online', messageGroupId: instanceId, attempt: 1, thawOnly: false, script: PLAN },
  };
  const ids = { MessageGroupId: instanceId, MessageDeduplicationId: randomUUID() };
  const QueueUrl = await queueUrl(bench, 'QueuesDeadExecutions');
  await bench.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message), ...ids }));
};

const logged = async (bench: Bench, message: string): Promise<void> => {
  while (!bench.lines('functions').some(({ line }) => z.looseObject({ message: z.literal(message) }).safeParse(line).success))
    await sleep(20);
};

/** A look at all sets that takes so long that others go on with it; and one that fails, and comes again. */
const lookAfterAll = async (bench: Bench): Promise<void> => {
  await bench.post('faults', { kind: 'latency', action: 'DescribeSnapshots', ms: SLOW_LOOK_MS });
  await bench.post('rule', { name: 'stillpoint-lifecycle-sweep' });
  await bench.sandbox.idle();
  const instanceId = madeUpId('i', 'nobody');
  await bench.post('faults', { kind: 'error', action: 'DescribeSnapshots', code: 'InvalidParameterValue', instanceId });
  const MessageBody = JSON.stringify({ kind: 'again', policyId: 'plain', instanceId, trigger: 'event' });
  const QueueUrl = await queueUrl(bench, 'LifecycleQueue');
  await bench.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: LIFECYCLE_GROUP }));
  await logged(bench, 'sets not looked after');
  while (expiredSchema.parse((await bench.post('expire', { instanceId })).body).expired === 0) await sleep(20);
  await bench.sandbox.idle();
};

/** Has the time of what is shared and restored fast be over at the next look. */
const letTimePass = async ({ ec2 }: Bench): Promise<void> => {
  const Filters = [{ Name: 'tag:stillpoint:instance-id', Values: [madeUpId('i', 'after')] }];
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }));
  const Tags = Object.entries(OVER).map(([Key, Value]) => ({ Key, Value }));
  await ec2.send(new CreateTagsCommand({ Resources: Snapshots.flatMap(({ SnapshotId }) => SnapshotId ?? []), Tags }));
};

/** Every execution of the fleet, the sweep, a dead letter and a preflight. */
const runEverything = async (bench: Bench): Promise<readonly UsedRight[]> => {
  const lost = madeUpId('i', 'lost');
  await bench.post('faults', { kind: 'lost-answer', action: 'SendCommand', instanceId: lost });
  await bench.post('faults', { kind: 'late-delivery', instanceId: lost, ms: 600_000 });
  await bench.post('faults', { kind: 'latency', action: 'PutEvents', instanceId: madeUpId('i', 'later'), ms: SLOW_MS });
  for (const name of NAMES) await fire(bench, name);
  await bench.post('rule', { name: 'stillpoint-sweep' });
  await sendDeadLetter(bench);
  await fire(bench, 'plain', PREFLIGHT_SCHEDULE);
  await bench.sandbox.idle();
  // Of a later minute: a run in a minute that had one is the same run.
  await bench.post('rule', { name: 'stillpoint-sweep', at: new Date(Date.now() + 120_000).toISOString() });
  await bench.post('fire', { policyId: 'plain', schedule: SCHEDULE });
  await bench.sandbox.idle();
  await letTimePass(bench);
  await lookAfterAll(bench);
  await bench.post('destroy');
  return usedIn(bench);
};

/** The instance makes its set by itself. */
const runByVss = async (bench: Bench): Promise<readonly UsedRight[]> => {
  await fire(bench, BY_VSS);
  await bench.sandbox.idle();
  return usedIn(bench);
};

/** Whose account a document's ARN names is known at deployment only, so each such ARN stands in two statements, and one of them fits. */
const FITS_ONE: readonly (readonly [string, 'StringEquals' | 'StringNotEquals'])[] = [
  [OWN_ARN, 'StringNotEquals'],
  [SHARED_ARN, 'StringEquals'],
];

const usable = ({ statement, resource }: Granted): boolean =>
  !FITS_ONE.some(([arn, operator]) => resource === arn && statement.conditions.some((condition) => condition.operator === operator));

let assembly = '';
let used: readonly UsedRight[] = [];

/** Runs the app with an edited template and tells what it did. */
const withApp = async <T>(template: string, act: (bench: Bench) => Promise<T>): Promise<T> => {
  const bench = await openApp(template);
  try {
    return await act(bench);
  } finally {
    await bench.end();
  }
};

/** What lies in the queue of unplanned runs. */
const unplanned = async (bench: Bench): Promise<readonly string[]> => {
  const { Messages = [] } = await bench.sqs.send(new ReceiveMessageCommand({ QueueUrl: await queueUrl(bench, 'QueuesUnplannedRuns') }));
  return Messages.map(({ Body = '' }) => Body);
};

/** The plain execution, to its end: its events in words, and what the closing one says in detail. */
const runPlain = async (bench: Bench) => {
  const events: EventEnvelope[] = [];
  bench.sandbox.onEvent((event) => events.push(event));
  await fire(bench, 'plain');
  await bench.sandbox.idle();
  const own = eventsOf(events, madeUpId('i', 'plain'));
  const { detail } = executionDetailSchema.parse(own.at(-1)?.detail);
  return { told: own.map(wordsOf), detail };
};

/** What a preflight finds amiss at the plain target. */
const preflightPlain = async (bench: Bench): Promise<readonly string[]> => {
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const lambda = new LambdaClient({ endpoint: bench.sandbox.endpoint, region: REGION, credentials });
  const request = { policyId: 'plain', instanceId: madeUpId('i', 'plain') };
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: PREFLIGHT_FUNCTION, Payload: JSON.stringify(request) }));
  const answer = preflightAnswerSchema.parse(JSON.parse(new TextDecoder().decode(Payload)));
  const findings = answer.kind === 'reports' ? answer.reports.flatMap((report) => report.findings) : [];
  return findings.flatMap(({ check, result, found }) => (result === 'failed' ? [`${check}: ${found}`] : []));
};

/** The plain execution, until a brake holds it. */
const holdPlain = async (bench: Bench) => {
  const events: EventEnvelope[] = [];
  const held = new Promise<EventEnvelope>((resolve) =>
    bench.sandbox.onEvent((event) => {
      events.push(event);
      if (event['detail-type'] === BRAKE_DETAIL_TYPE) resolve(event);
    }),
  );
  await fire(bench, 'plain');
  const { reason } = brakeDetailSchema.parse((await held).detail);
  return { reason, told: eventsOf(events, madeUpId('i', 'plain')).map(wordsOf), sent: bench.machines.sent };
};

/** A rule that may not invoke the planner. */
const fireUndelivered = async (bench: Bench) => {
  const { body } = await fire(bench, 'plain');
  return { answer: body, kept: await unplanned(bench), used: usedIn(bench) };
};
let undelivered: Awaited<ReturnType<typeof fireUndelivered>>;

/** A planner that may not look at instances: it notes so in its policy's state. */
const fireUnplanned = async (bench: Bench) => {
  await fire(bench, 'plain');
  await bench.sandbox.idle();
  return { kept: await unplanned(bench), used: usedIn(bench) };
};
let unplannable: Awaited<ReturnType<typeof fireUnplanned>>;

beforeAll(async () => {
  const built = await assemblyOf({ policies: POLICIES });
  assembly = editedAssembly(built, (resources) => {
    withTimeout('WorkerServiceFunction', WORKER_TIMEOUT)(resources);
    withTimeout('LifecycleServiceFunction', 60 + SLOW_LOOK_MS / 2_000)(resources);
    withVariable('RemovalServiceFunction', 'QUIET_SECONDS', '0')(resources);
  });
  undelivered = await withApp(
    editedAssembly(assembly, withoutResource('AWS::Lambda::Permission', 'PlannerServiceFunction')),
    fireUndelivered,
  );
  unplannable = await withApp(editedAssembly(assembly, withoutAction('PlannerServiceRole', 'ec2:DescribeInstances')), fireUnplanned);
  used = [...(await withApp(assembly, runEverything)), ...(await withApp(built, runByVss)), ...undelivered.used, ...unplannable.used];
}, PATIENCE_MS);

describe('every right that the template grants', () => {
  const granted = () => grantedBy(policiesOf(assembly)).filter(usable);

  it('is used', () => {
    expect(granted().length).toBeGreaterThan(40);
    const idle = granted().filter((right) => !used.some((use) => isUseOf(right, use)));
    expect(idle.map(describeGranted)).toEqual([]);
  });

  it('is missed by name when it is taken away', () => {
    const policies = policiesOf(assembly);
    const account = { accountId: ACCOUNT, region: REGION };
    const unmissed = granted().filter((right) => {
      const { refusal } = createAuthorizer(
        account,
        () => reduced(policies, right),
        () => undefined,
      );
      const refused = ({ caller, action, resource }: UsedRight) => `${caller} is not authorized to perform ${action} on ${resource}: `;
      return !used.some((use) => isUseOf(right, use) && refusal(use.caller, [use])?.startsWith(refused(use)));
    });
    expect(unmissed.map(describeGranted)).toEqual([]);
  });
});

describe('one right less', () => {
  const without = (role: string, action: string): string => editedAssembly(assembly, withoutAction(role, action));

  it('a rule that its function does not let in is refused by name, and its event is kept', () => {
    const refusal = /^events\.amazonaws\.com is not authorized to perform lambda:InvokeFunction on arn:aws:lambda:.*PlannerServiceFunction/;
    expect(undelivered.answer).toEqual({ error: expect.stringMatching(refusal) });
    expect(undelivered.kept).toEqual([expect.stringContaining('Scheduled Event')]);
  });

  it('a planner that may not look at instances leaves the run in the queue of unplanned runs, with the refusal', () => {
    expect(unplannable.kept).toEqual([
      expect.stringMatching(/PlannerServiceRole\w+ is not authorized to perform ec2:DescribeInstances on \*/),
    ]);
  });

  it.each([
    ['WorkerServiceRole', 'ec2:CreateTags'],
    ['WorkerServiceRole', 'ec2:CreateSnapshots'],
    ['WorkerRights', 'ssm:SendCommand'],
  ])('a preflight tells a worker without (%s) %s', async (part, action) => {
    const found = await withApp(without(part, action), preflightPlain);
    expect(found).toContainEqual(
      expect.stringMatching(new RegExp(`^rights: .*WorkerServiceRole\\w+ is not authorized to perform ${action} on `)),
    );
  });

  it.each([
    [
      'WorkerServiceRole',
      'ec2:CreateTags',
      ['PRE initiated', 'PRE success', 'POST initiated', 'POST success', 'CLOSED none create-failed'],
      'UnauthorizedOperation',
    ],
    ['WorkerRights', 'ssm:SendCommand', ['PRE initiated', 'PRE failed 201', 'CLOSED crash pre-refused'], 'AccessDeniedException'],
  ])('%s without %s says so in the closing event, with nothing left frozen', async (part, action, told, code) => {
    const ran = await withApp(without(part, action), runPlain);
    expect(ran.told).toEqual(told);
    expect(ran.detail).toMatch(new RegExp(`^${code}: .*WorkerServiceRole\\w+ is not authorized to perform ${action} on arn:aws:`));
  });

  it('a worker that may not read the brakes begins nothing, and says why', async () => {
    const held = await withApp(without('WorkerServiceRole', 'dynamodb:GetItem'), holdPlain);
    expect(held.told).toEqual(['HELD unreadable']);
    expect(held.reason).toMatch(
      /WorkerServiceRole\w+ is not authorized to perform dynamodb:GetItem on arn:aws:dynamodb:.*:table\/stillpoint-brakes/,
    );
    expect(held.sent).toEqual([]);
  });

  it.each(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'])(
    'the app without the worker’s %s is not deployed',
    async (action) => {
      await expect(openApp(without('WorkerServiceRole', action))).rejects.toThrow(`is not authorized to perform ${action} on arn:aws:sqs:`);
    },
  );
});
