import type { Member } from '../../lambda/core/lifecycle/snapshot-set';
import { TAG } from '../../lambda/core/snapshot-tags';
import { lookAfter } from '../../lambda/lifecycle/look-after';
import { createPace } from '../../lambda/lifecycle/pace';
import type { Ports, Removed } from '../../lambda/lifecycle/ports';
import { member } from '../unit/lifecycle/sets';
import { policy, schedule } from '../unit/policy-fixture';
import { FakeAccount } from './fake-ports';

const KEEP_ONE = policy({ Schedules: [schedule({}, { RetainRule: { Count: 1 } })] });
const INSTANCE = { id: 'i-1', state: 'running', tags: new Map([['Backup', 'nightly']]) };

/** A set of two snapshots that counts: `snap-NAME-1`, `snap-NAME-2`. */
const setOf = (name: string, day: number): readonly Member[] =>
  [1, 2].map((index) =>
    member({
      ...{ snapshotId: `snap-${name}-${index}`, volumeId: `vol-${index}`, executionId: `nightly@${name}` },
      startedAt: new Date(Date.UTC(2026, 10, day)),
      tags: new Map([
        [TAG.members, '2'],
        [TAG.confirmed, 'then'],
      ]),
    }),
  );

/** Two sets, of which the older is over. */
const open = (more: Partial<Ports> = {}): FakeAccount => {
  const account = new FakeAccount();
  account.members = [...setOf('old', 19), ...setOf('new', 20)];
  const found = { policies: new Map([['nightly', KEEP_ONE]]), findInstances: async () => [INSTANCE] };
  return Object.assign(account, { ports: { ...account.ports, ...found, ...more } });
};

const look = ({ ports }: FakeAccount, trigger: 'event' | 'sweep' | 'follow' = 'event') =>
  lookAfter(ports, [{ scope: { policyId: 'nightly', instanceId: 'i-1', trigger, closed: [] }, messageIds: ['1'] }]);

/** EC2's answers to DeleteSnapshot by snapshot; `deleted` where it says nothing else. */
const answering = (account: FakeAccount, answers: Readonly<Record<string, Removed>>): void => {
  const { remove } = account.ports.deletion;
  const answer = (one: Member) => answers[one.snapshotId];
  Object.assign(account.ports.deletion, { remove: async (one: Member) => answer(one) ?? remove(one) });
};
const REFUSED: Removed = { kind: 'refused', code: 'InvalidSnapshot.InUse', message: 'in use by ami-1' };

const told = ({ events }: FakeAccount) =>
  events.map(({ detail }) => JSON.parse(JSON.stringify(detail))).map(({ result, reason }) => `${result} ${reason}`);
const left = ({ members }: FakeAccount) => members.map(({ snapshotId }) => snapshotId);
const tagged = ({ members }: FakeAccount, id: string, key: string) => members.find(({ snapshotId }) => snapshotId === id)?.tags.get(key);

it('tells, marks all, then deletes one after the other', async () => {
  const account = open();
  await look(account);
  expect(account.done).toEqual([
    'publish Stillpoint Retention Notification',
    'tag snap-old-1 snap-old-2: stillpoint:deleting',
    'delete snap-old-1',
    'delete snap-old-2',
  ]);
  expect(account.events).toMatchObject([
    { detail: { result: 'deleting', reason: 'expired', resources: [{}, {}], execution_id: 'nightly@old' } },
  ]);
  expect(account.metrics).toEqual([{ SnapshotsDeleteCompleted: 2 }]);
  await look(account);
  expect(account.done).toHaveLength(4);
});

it('is not part of the quarter-hourly look', async () => {
  const account = open();
  await look(account, 'follow');
  expect(account.done).toEqual([]);
});

it('judges nothing without knowing the instances', async () => {
  const account = open({ findInstances: async () => Promise.reject(new Error('disturbed')) });
  expect(await look(account)).toEqual(['1']);
  expect(account.done).toEqual(['FAILED sets not judged {"policyId":"nightly"} Error: disturbed']);
});

it('does not touch a set that something keeps, and tells it once a reason', async () => {
  let reason: 'locked' | 'archived' = 'locked';
  const account = open();
  Object.assign(account.ports.deletion, { findKeeper: async () => ({ reason, detail: '' }) });
  await look(account);
  await look(account);
  expect(account.done).toEqual(['publish Stillpoint Retention Notification', 'tag snap-old-1 snap-old-2: stillpoint:skipped']);
  expect(account.metrics).toEqual([{ SnapshotsDeleteFailed: 2 }]);
  reason = 'archived';
  await look(account);
  expect(told(account)).toEqual(['skipped locked', 'skipped archived']);
});

it('takes back what it told when the set is not over any more', async () => {
  const account = open();
  account.retag({ [TAG.skipped]: 'locked', [TAG.deleting]: 'then' }, 'snap-old-1', 'snap-old-2');
  account.members = account.members.filter(({ executionId }) => executionId === 'nightly@old');
  await look(account);
  expect(account.done).toEqual([]);
  await look(account, 'sweep');
  expect(account.done).toEqual(['tag snap-old-1 snap-old-2: stillpoint:skipped stillpoint:deleting']);
  expect(tagged(account, 'snap-old-1', TAG.deleting)).toBe('');
});

it('leaves a set whole of which EC2 refuses the first, tells that once, and its deletion when it is done', async () => {
  const account = open();
  answering(account, { 'snap-old-1': REFUSED });
  await look(account);
  await look(account);
  expect(left(account)).toEqual(['snap-old-1', 'snap-old-2', 'snap-new-1', 'snap-new-2']);
  expect([TAG.deleting, TAG.skipped].map((key) => tagged(account, 'snap-old-1', key))).toEqual(['', 'refused']);
  expect(told(account)).toEqual(['deleting expired', 'skipped refused']);
  answering(account, { 'snap-old-1': { kind: 'deleted' } });
  await look(account);
  expect(told(account).at(-1)).toBe('deleting expired');
});

it('tells that a set is halved also where EC2 refused it whole before', async () => {
  const account = open();
  answering(account, { 'snap-old-1': REFUSED });
  await look(account);
  answering(account, { 'snap-old-1': { kind: 'deleted' }, 'snap-old-2': REFUSED });
  await look(account);
  expect(told(account)).toEqual(['deleting expired', 'skipped refused', 'incomplete refused']);
});

it('tells what is left of a set of which EC2 refuses a later one, and tries it again', async () => {
  const account = open();
  answering(account, { 'snap-old-2': REFUSED });
  await look(account);
  await look(account);
  expect(left(account)).toEqual(['snap-old-2', 'snap-new-1', 'snap-new-2']);
  expect(told(account)).toEqual(['deleting expired', 'incomplete refused']);
  expect(account.events.at(-1)?.detail).toMatchObject({ detail: 'snap-old-2: InvalidSnapshot.InUse: in use by ami-1', resources: [{}] });
  expect(tagged(account, 'snap-old-2', TAG.deleting)).not.toBe('');
});

it('stops where EC2 throttles, and finishes with the next pass', async () => {
  const account = open();
  const { remove } = account.ports.deletion;
  answering(account, { 'snap-old-2': { kind: 'throttled' } });
  await look(account);
  expect(left(account)).toEqual(['snap-old-2', 'snap-new-1', 'snap-new-2']);
  expect(account.again).toEqual([]);
  Object.assign(account.ports.deletion, { remove });
  await look(account);
  expect(left(account)).toEqual(['snap-new-1', 'snap-new-2']);
  expect(told(account)).toEqual(['deleting expired']);
});

it('stops where the invocation ends, and leaves the rest to another', async () => {
  const account = open();
  account.onCall = (call) => {
    if (call === 'delete snap-old-1') account.remainingMs = 44_000;
  };
  await look(account);
  expect(left(account)).toEqual(['snap-old-2', 'snap-new-1', 'snap-new-2']);
  expect(account.again).toMatchObject([{ policyId: 'nightly', instanceId: 'i-1', trigger: 'event' }]);
});

it('flags orphans on the daily sweep, once', async () => {
  const account = open({ findInstances: async () => [{ ...INSTANCE, tags: new Map() }] });
  await look(account);
  expect(account.done).toEqual([]);
  await look(account, 'sweep');
  await look(account, 'sweep');
  expect(told(account)).toEqual(['orphaned target-tag-removed', 'orphaned target-tag-removed']);
  expect(tagged(account, 'snap-new-1', TAG.orphan)).toBe('target-tag-removed');
});

it('waits before each deletion as long as its pace says', async () => {
  const slept: number[] = [];
  const pace = createPace(
    () => 0,
    async (ms) => slept.push(ms),
  );
  for (let call = 0; call < 32; call += 1) await pace();
  expect(slept).toEqual([334, 667]);
});
