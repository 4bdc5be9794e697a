import { copyDetailSchema } from '../../lambda/core/event/copy-event';
import type { Trigger } from '../../lambda/core/lifecycle/request';
import { type Member, snapshotSets } from '../../lambda/core/lifecycle/snapshot-set';
import { COPY_TAG, TAG } from '../../lambda/core/snapshot-tags';
import { copy } from '../../lambda/lifecycle/copy';
import type { Copies, CopyAnswer } from '../../lambda/lifecycle/copy-ports';
import { findScopes } from '../../lambda/lifecycle/find-scopes';
import { AT, member } from '../unit/lifecycle/sets';
import { policy, schedule } from '../unit/policy-fixture';
import { FakeAccount } from './fake-ports';

const [NEAR, FAR, HOME] = ['eu-central-1', 'us-east-1', 'eu-west-1'];
const copyingTo = (...regions: readonly string[]) =>
  policy({ Schedules: [schedule({}, { CrossRegionCopyRules: regions.map((Target) => ({ Target, Encrypted: false })) })] });

const source = (snapshotId: string, tags: Readonly<Record<string, string>> = {}): Member =>
  member({
    snapshotId,
    volumeId: `vol-of-${snapshotId}`,
    tags: new Map([[TAG.confirmed, 'then'], [TAG.scheduleName, 'Nightly'], ...Object.entries(tags)]),
  });
const copyOf = (snapshotId: string, more: Partial<Member> = {}, tags: Readonly<Record<string, string>> = {}): Member =>
  member({
    snapshotId: `copy-of-${snapshotId}`,
    volumeId: `vol-of-${snapshotId}`,
    ...more,
    tags: new Map([
      ...source(snapshotId).tags,
      [COPY_TAG.sourceSnapshot, snapshotId],
      [COPY_TAG.sourceVolume, `vol-of-${snapshotId}`],
      [COPY_TAG.copy, 'pending'],
      ...Object.entries(tags),
    ]),
  });

/** Members of one set, which know how many they are. */
const setOf = (...members: readonly Member[]): readonly Member[] =>
  members.map((one) => ({ ...one, tags: new Map([...one.tags, [TAG.members, String(members.length)]]) }));

const accountOf = (copies: Partial<Copies>, ...members: readonly Member[]) => {
  const account = new FakeAccount();
  account.members = setOf(...members);
  return Object.assign(account, { ports: { ...account.ports, copies: { ...account.copies, ...copies } } });
};
const lookAt = async (account: FakeAccount, trigger: Trigger = 'follow', of = copyingTo(NEAR)) => {
  await copy(account.ports, { policyId: 'nightly', policy: of, trigger, closed: [], sets: snapshotSets(account.members) });
  return account.done;
};
const tell = 'publish Stillpoint Copy Notification';
const detailsOf = (account: FakeAccount) => account.events.map(({ detail }) => copyDetailSchema.parse(detail));

it('an event begins nothing and asks for nothing: what was just begun might not be found', async () => {
  const account = accountOf({ find: () => Promise.reject(new Error('asked')) }, source('snap-1'));
  expect(await lookAt(account, 'event')).toEqual([]);
});

it('a refused copy is told with EC2’s words and counted on its source', async () => {
  const answer: CopyAnswer = { kind: 'refused', message: 'InvalidParameterValue: no' };
  const account = accountOf({ begin: async () => answer }, source('snap-1', { [TAG.copyFailures]: `${NEAR} 2` }));
  expect(await lookAt(account)).toEqual([tell, `tag snap-1: ${TAG.copyFailures}`]);
  expect(detailsOf(account)).toMatchObject([
    { result: 'failed', snapshot: '', state_message: 'InvalidParameterValue: no', failures: 3, retried: false },
  ]);
  expect(account.metrics).toEqual([{ SnapshotsCopiedRegionFailed: 1 }]);
  expect(account.members[0]?.tags.get(TAG.copyFailures)).toBe(`${NEAR} 3`);
});

it('a region that takes no more is left until the next look, without a failure', async () => {
  let asked = 0;
  const begin = async (): Promise<CopyAnswer> => {
    asked += 1;
    return { kind: 'later', message: 'ResourceLimitExceeded: 20' };
  };
  expect(await lookAt(accountOf({ begin }, source('snap-1'), source('snap-2')))).toEqual([]);
  expect(asked).toBe(1);
});

it('no answer is no failure, and no reason to try again at once', async () => {
  expect(await lookAt(accountOf({}, source('snap-1')))).toEqual([]);
});

it('the quarter-hourly look is at the policies that have rules, the daily one at all', async () => {
  const { ports } = new FakeAccount();
  const policies = new Map([
    ['copying', copyingTo(NEAR)],
    ['plain', policy()],
  ]);
  const looked = async (trigger: 'follow' | 'sweep') =>
    (await findScopes({ ...ports, policies }, [{ request: { kind: 'all', trigger }, messageId: '1' }])).map(({ scope }) => scope.policyId);
  expect(await looked('follow')).toEqual(['copying']);
  expect(await looked('sweep')).toEqual(['copying', 'plain']);
});

it('a completed copy is told first and marked then', async () => {
  const account = accountOf({ find: async () => [copyOf('snap-1')] }, source('snap-1'));
  expect(await lookAt(account)).toEqual([tell, `tag in ${NEAR} copy-of-snap-1: ${COPY_TAG.copy}`]);
});

it('a broken copy is told, counted and then deleted; without its source it is only deleted', async () => {
  const find = async () => [copyOf('snap-1', { state: 'error', stateMessage: 'Given key ID is not accessible' })];
  const account = accountOf({ find }, source('snap-1'));
  expect(await lookAt(account)).toEqual([tell, `tag snap-1: ${TAG.copyFailures}`, `delete in ${NEAR} copy-of-snap-1`]);
  expect(detailsOf(account)).toMatchObject([
    { result: 'failed', state_message: 'Given key ID is not accessible', failures: 1, retried: true },
  ]);
  const alone = accountOf({ find });
  expect(await lookAt(alone)).toEqual([tell, `delete in ${NEAR} copy-of-snap-1`]);
  expect(detailsOf(alone)).toMatchObject([{ retried: false }]);
});

describe('the daily sweep', () => {
  const over = { [TAG.expirationTime]: '2026-11-20T00:00:00.000Z', [COPY_TAG.copy]: 'completed' };
  const old = (id: string) => copyOf(id, { executionId: 'old/i-1', startedAt: new Date(AT.getTime() - 86_400_000 * 3) }, over);
  const copies = [...setOf(old('snap-1'), old('snap-2')), ...setOf(copyOf('snap-3', {}, { [COPY_TAG.copy]: 'completed' }))];

  it('marks all of a set that is over before it deletes the first', async () => {
    const account = accountOf({ find: async () => copies });
    expect(await lookAt(account, 'sweep')).toEqual([
      `tag in ${NEAR} copy-of-snap-1 copy-of-snap-2: ${TAG.deleting}`,
      ...['1', '2'].flatMap((id) => [`delete in ${NEAR} copy-of-snap-${id}`, tell]),
    ]);
    expect(account.metrics).toEqual([{ SnapshotsCopiedRegionDeleteCompleted: 1 }, { SnapshotsCopiedRegionDeleteCompleted: 1 }]);
  });

  it('leaves a set whole that something keeps, and tells it once', async () => {
    let found = copies;
    const account = accountOf({
      find: async () => found,
      findKeeper: async () => ({ reason: 'locked', detail: 'locked: copy-of-snap-2' }),
    });
    expect(await lookAt(account, 'sweep')).toEqual([tell, tell, `tag in ${NEAR} copy-of-snap-1 copy-of-snap-2: ${COPY_TAG.copy}`]);
    expect(detailsOf(account)).toMatchObject(
      [1, 2].map(() => ({ operation: 'delete', result: 'failed', state_message: 'locked: locked: copy-of-snap-2' })),
    );
    found = copies.map((one) => ({ ...one, tags: new Map([...one.tags, [COPY_TAG.copy, 'kept: locked']]) }));
    expect(await lookAt(account, 'sweep')).toHaveLength(3);
  });

  it('leaves a set whole of which EC2 does not delete the first, and tells it with EC2’s words', async () => {
    const account = accountOf({ find: async () => copies, delete: async () => 'OperationNotPermitted: no' });
    const ofBoth = `tag in ${NEAR} copy-of-snap-1 copy-of-snap-2:`;
    expect(await lookAt(account, 'sweep')).toEqual([
      ...[`${ofBoth} ${TAG.deleting}`, `${ofBoth} ${TAG.deleting}`],
      ...[tell, tell, `${ofBoth} ${COPY_TAG.copy}`],
    ]);
    expect(detailsOf(account)).toMatchObject([1, 2].map(() => ({ result: 'failed', state_message: 'refused: OperationNotPermitted: no' })));
  });

  it('deletes nothing of a disabled policy, not even a second copy of the same', async () => {
    const account = accountOf({
      find: async () => [...copies, copyOf('snap-3', { snapshotId: 'second' }, { [COPY_TAG.copy]: 'completed' })],
    });
    expect(await lookAt(account, 'sweep', { ...copyingTo(NEAR), State: 'DISABLED' })).toEqual([]);
  });

  it('is left to the sweep', async () => {
    expect(await lookAt(accountOf({ find: async () => copies }))).toEqual([]);
  });
});

it('a region that can’t be looked at keeps no other from being looked at, and the app’s own is refused', async () => {
  const looked: string[] = [];
  const find = async (region: string) => {
    looked.push(region);
    throw new Error('not now');
  };
  const done = await lookAt(accountOf({ find }, source('snap-1')), 'follow', copyingTo(NEAR, FAR, HOME));
  expect(looked).toEqual([NEAR, FAR]);
  expect(done).toEqual([
    expect.stringMatching(`^FAILED copies not looked after .*${NEAR}.*not now`),
    expect.stringMatching(`^FAILED copies not looked after .*${HOME}.*a copy rule names the region that the app is in`),
    expect.stringMatching(`^FAILED copies not looked after .*${FAR}.*not now`),
  ]);
});
