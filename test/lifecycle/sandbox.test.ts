/** The deployed function on the sandbox's EventBridge, queue, rights and snapshots; machines that only say that they did it. */
import { setTimeout as pause } from 'node:timers/promises';
import { DescribeSnapshotsCommand } from '@aws-sdk/client-ec2';
import { ListQueuesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { COMPLETION_DETAIL_TYPE, completionDetailSchema } from '../../lambda/core/event/completion-event';
import { EXECUTION_DETAIL_TYPE } from '../../lambda/core/event/execution-event';
import { RETENTION_DETAIL_TYPE, retentionDetailSchema } from '../../lambda/core/event/retention-event';
import { COMPLETION_STATUS, LIFECYCLE_GROUP } from '../../lambda/core/lifecycle/request';
import { madeUpId } from '../../sandbox/scenario/fleet';
import { instanceOf, policyOf, SCHEDULE } from '../end-to-end/harness/cases';
import { editedAssembly, withoutResource } from '../rights/edited-assembly';
import { type Bench, openBench } from '../sandbox/support/bench';
import { assemblyOf } from '../support/sandbox-assembly';

const NAMES = ['after', 'before', 'failed-after', 'failed-before', 'killed', 'lost'] as const;
type Name = (typeof NAMES)[number];
const WITHOUT_SCRIPTS = { script: null };
const POLICIES = Object.fromEntries(NAMES.map((name) => [name, policyOf(name, WITHOUT_SCRIPTS)]));
const FLEET = NAMES.map((name) => instanceOf(name, WITHOUT_SCRIPTS));
const PATIENCE_MS = 120_000;

/** From CreateSnapshots to the end of the set: by then its execution is closed, unless its closing event is late. */
const COMPLETION_MS = 5_000;
const LATE_MS = 7_000;

const open = (assembly: string): Promise<Bench> =>
  openBench({ assembly, fleet: FLEET, timing: { snapshotCompletionMs: COMPLETION_MS }, realTime: true });

const eventSchema = z.object({ 'detail-type': z.literal(COMPLETION_DETAIL_TYPE), detail: completionDetailSchema });

const deletionSchema = z.object({ 'detail-type': z.literal(RETENTION_DETAIL_TYPE), detail: retentionDetailSchema });

/** What was told of an instance's set. */
const toldOf = (bench: Bench, name: Name): readonly string[] =>
  bench.lines('events').flatMap((line) => {
    const { data } = eventSchema.safeParse(line);
    if (data === undefined || !data.detail.source.endsWith(madeUpId('i', name))) return [];
    const { result, consistency, reason, told_consistency, detail } = data.detail;
    return [[result, consistency, reason, `told ${told_consistency}`, detail].join(' ').trim()];
  });

/** What was told of the set's deletion. */
const deletionsOf = (bench: Bench, name: Name): readonly string[] =>
  bench.lines('events').flatMap((line) => {
    const { data } = deletionSchema.safeParse(line);
    return data?.detail.source.endsWith(madeUpId('i', name)) ? [`${data.detail.result} ${data.detail.reason}`] : [];
  });

const tagsOf = async ({ ec2 }: Bench, name: Name): Promise<readonly Readonly<Record<string, string | undefined>>[]> => {
  const Filters = [{ Name: 'tag:stillpoint:instance-id', Values: [madeUpId('i', name)] }];
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }));
  return Snapshots.map(({ Tags = [] }) => Object.fromEntries(Tags.map(({ Key = '', Value }) => [Key.replace('stillpoint:', ''), Value])));
};

const fire = (bench: Bench, name: Name) => bench.post('fire', { policyId: name, schedule: SCHEDULE, late: true });
const fault = (bench: Bench, name: Name, of: object) => bench.post('faults', { ...of, instanceId: madeUpId('i', name) });

/** Events were with a function that has died: they come again at once, not when their visibility ends. */
const redeliverEvents = async (bench: Bench): Promise<void> => {
  const schema = z.object({ expired: z.number() });
  while (schema.parse((await bench.post('expire')).body).expired === 0) await pause(20);
};

const isAbout = (event: object, ...names: readonly Name[]): boolean =>
  names.some((name) => JSON.stringify(event).includes(madeUpId('i', name)));

/** Which came first: EC2's end of the set, or our closing event. */
const orderOf = (bench: Bench, name: Name): readonly string[] => {
  const about = bench.lines('events').map((line) => ({ type: line['detail-type'], text: JSON.stringify(line) }));
  const closing = about.find(({ type, text }) => type === EXECUTION_DETAIL_TYPE && text.includes(madeUpId('i', name)));
  const snapshot = /snap-\w+/.exec(closing?.text ?? '')?.[0] ?? 'no snapshot';
  return about.flatMap((event) =>
    event === closing ? ['verdict'] : event.type === COMPLETION_STATUS && event.text.includes(snapshot) ? ['end'] : [],
  );
};

const CONFIRMED = 'confirmed crash no-scripts told crash';
const WITHDRAWN = 'withdrawn none late-failure told crash Snapshot creation failed (a fault of the sandbox)';
const time = expect.stringMatching(/^\d{4}-.*Z$/);

let assembly = '';
let bench: Bench;
beforeAll(async () => {
  assembly = await assemblyOf({ policies: POLICIES });
  bench = await open(assembly);
  const late = { kind: 'latency', action: 'PutEvents', ms: LATE_MS };
  await fault(bench, 'before', late);
  await fault(bench, 'failed-before', late);
  await fault(bench, 'failed-before', { kind: 'late-failure' });
  await fault(bench, 'failed-after', { kind: 'late-failure' });
  await fault(bench, 'killed', { kind: 'kill-function', action: 'PutEvents', skip: 1 });
  for (const name of NAMES) await fire(bench, name);
  await redeliverEvents(bench);
  await bench.sandbox.idle();
}, PATIENCE_MS);
afterAll(() => bench.end());

test.each([
  ['after', ['verdict', 'end']],
  ['before', ['end', 'verdict']],
] as const)('a set that EC2 completes %s its verdict is confirmed', async (name, order) => {
  expect(orderOf(bench, name)).toEqual(order);
  expect(toldOf(bench, name)).toEqual([CONFIRMED]);
  expect(await tagsOf(bench, name)).toEqual([expect.objectContaining({ consistency: 'crash', confirmed: time })]);
});

test.each([
  ['failed-after', ['verdict', 'end']],
  ['failed-before', ['end', 'verdict']],
] as const)('a set that EC2 can’t complete is withdrawn and deleted: %s its verdict', async (name, order) => {
  expect(orderOf(bench, name)).toEqual(order);
  expect(toldOf(bench, name)).toEqual([WITHDRAWN]);
  expect(deletionsOf(bench, name)).toEqual(['deleting late-failure']);
  expect(await tagsOf(bench, name)).toEqual([]);
});

test('a function that dies between event and tag tells again rather than never', async () => {
  const told = toldOf(bench, 'killed');
  expect(told.length).toBeGreaterThan(1);
  expect(new Set(told)).toEqual(new Set([CONFIRMED]));
  expect(await tagsOf(bench, 'killed')).toEqual([expect.objectContaining({ confirmed: time })]);
});

test('snapshots are counted with DLM’s names', () => {
  const lines = bench.lines('functions').map(({ line }) => line);
  expect(lines).toContainEqual(expect.objectContaining({ DLMPolicyId: 'after', SnapshotsCreateCompleted: 1 }));
  expect(lines).toContainEqual(expect.objectContaining({ DLMPolicyId: 'failed-after', SnapshotsCreateFailed: 1 }));
  expect(lines).toContainEqual(expect.objectContaining({ DLMPolicyId: 'failed-after', SnapshotsDeleteCompleted: 1 }));
});

test('the same events again, and what is none, change nothing', async () => {
  const events = bench.lines('events');
  const { QueueUrls = [] } = await bench.sqs.send(new ListQueuesCommand({}));
  const QueueUrl = QueueUrls.find((url) => url.includes('LifecycleQueue')) ?? '';
  const ofSetsThatAreThere = events.filter((event) => event['detail-type'] !== EXECUTION_DETAIL_TYPE || isAbout(event, 'after', 'before'));
  for (const body of [...ofSetsThatAreThere.map((event) => ({ ...event, again: true })), 'nothing'])
    await bench.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body), MessageGroupId: LIFECYCLE_GROUP }));
  await bench.sandbox.idle();
  expect(bench.lines('events')).toHaveLength(events.length);
  const left = z.looseObject({ message: z.literal('not a request: left'), body: z.literal('"nothing"') });
  expect(bench.lines('functions').some(({ line }) => left.safeParse(line).success)).toBe(true);
});

test('what no event told, the daily sweep does', async () => {
  const deaf = await open(
    editedAssembly(assembly, (resources) => {
      for (const rule of ['Lifecyclecompleted', 'Lifecycleclosed']) withoutResource('AWS::Events::Rule', rule)(resources);
    }),
  );
  try {
    await fire(deaf, 'lost');
    await deaf.sandbox.idle();
    expect(toldOf(deaf, 'lost')).toEqual([]);
    await deaf.post('rule', { name: 'stillpoint-lifecycle-sweep' });
    await deaf.sandbox.idle();
    expect(toldOf(deaf, 'lost')).toEqual([CONFIRMED]);
  } finally {
    await deaf.end();
  }
});
