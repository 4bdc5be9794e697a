import type { Request } from '../../lambda/core/lifecycle/request';
import { findScopes } from '../../lambda/lifecycle/find-scopes';
import { lookAfter } from '../../lambda/lifecycle/look-after';
import { member } from '../unit/lifecycle/sets';
import { policy } from '../unit/policy-fixture';
import { FakeAccount } from './fake-ports';

const EXECUTION = 'nightly@2026-11-21T03:00Z/i-1';
const PENDING = { consistency: 'pending', reason: '' };
const PROVEN = { 'stillpoint:consistency': 'application', 'stillpoint:reason': 'proven' };
const COMPLETED: Request = { kind: 'completed', snapshotIds: ['snap-1', 'snap-2'] };
const CLOSED: Request = { kind: 'closed', policyId: 'nightly', instanceId: 'i-1', executionId: EXECUTION, made: true };
const SWEEP: Request = { kind: 'all', trigger: 'sweep' };

const CONFIRMED = ['publish Stillpoint Completion Notification', 'tag snap-1 snap-2: stillpoint:confirmed'];
const WITHDRAWN = ['publish Stillpoint Completion Notification', 'tag snap-1 snap-2: stillpoint:consistency stillpoint:reason'];

const accountOf = (...members: readonly Parameters<typeof member>[0][]): FakeAccount => {
  const account = new FakeAccount();
  account.members = members.map((more, index) =>
    member({
      ...{ snapshotId: `snap-${index + 1}`, volumeId: `vol-${index + 1}` },
      ...{ tags: new Map([['stillpoint:members', `${members.length}`]]), ...more },
    }),
  );
  return account;
};

/** What the function does with messages that it is given at once. */
const handle = async ({ ports }: FakeAccount, ...requests: readonly Request[]): Promise<readonly string[]> => {
  const asked = requests.map((request, index) => ({ request, messageId: `message ${index + 1}` }));
  return lookAfter(ports, await findScopes(ports, asked));
};

/** As deployed with a policy of these names. */
const withPolicies = (account: FakeAccount, ...ids: readonly string[]) =>
  Object.assign(account, { ports: { ...account.ports, policies: new Map(ids.map((id) => [id, policy()])) } });

describe('a set whose verdict was told', () => {
  it('is confirmed at its completion, first by the event and then by the tag', async () => {
    const account = accountOf({}, {});
    await handle(account, COMPLETED);
    expect(account.done).toEqual(CONFIRMED);
    expect(account.events).toMatchObject([
      { detail: { result: 'confirmed', consistency: 'application', told_consistency: 'application' } },
    ]);
    expect(account.metrics).toEqual([{ SnapshotsCreateCompleted: 2 }]);
  });

  it('is withdrawn when EC2 could not complete it, with what was told before and why', async () => {
    const account = accountOf({}, { state: 'error', stateMessage: 'Given key ID is not accessible' });
    await handle(account, COMPLETED);
    expect(account.done).toEqual(WITHDRAWN);
    const detail = {
      result: 'withdrawn',
      consistency: 'none',
      reason: 'late-failure',
      told_consistency: 'application',
      told_reason: 'proven',
    };
    expect(account.events).toMatchObject([{ detail: { ...detail, detail: 'Given key ID is not accessible' } }]);
    expect(account.metrics).toEqual([{ SnapshotsCreateFailed: 2 }]);
    expect(account.members.map(({ tags }) => tags.get('stillpoint:consistency'))).toEqual(['none', 'none']);
  });

  it.each([[{}], [{ state: 'error' }]])('is told once, however often and for whatever reason it is looked at (%j)', async (of) => {
    const account = withPolicies(accountOf(of, of), 'nightly');
    await handle(account, COMPLETED);
    const { length } = account.done;
    await handle(account, COMPLETED);
    await handle(account, CLOSED);
    await handle(account, SWEEP);
    expect(account.done).toHaveLength(length);
  });

  it('is told again rather than not at all, when its tag could not be written', async () => {
    const account = accountOf({}, {});
    account.onCall = (call) => {
      if (call.startsWith('tag')) throw new Error('throttled');
    };
    await handle(account, COMPLETED);
    expect(account.done.at(-1)).toBe(
      `FAILED set not confirmed {"policyId":"nightly","executionId":"${EXECUTION}","attempt":"1"} Error: throttled`,
    );
    account.onCall = () => undefined;
    await handle(account, COMPLETED);
    expect(account.events).toHaveLength(2);
    expect(account.done.slice(-2)).toEqual(CONFIRMED);
  });

  it('that can’t be confirmed comes again, and keeps no other from it', async () => {
    const account = accountOf({}, { attempt: '2' });
    account.retag({ 'stillpoint:members': '1' }, 'snap-1', 'snap-2');
    account.onCall = (call) => {
      if (call.startsWith('tag snap-1')) throw new Error('refused');
    };
    expect(await handle(account, COMPLETED)).toEqual(['message 1']);
    expect(account.done.at(-1)).toBe('tag snap-2: stillpoint:confirmed');
  });
});

describe('the verdict and the completion, in whatever order', () => {
  it.each([
    ['confirmed', {}, CONFIRMED],
    ['withdrawn', { state: 'error' }, WITHDRAWN],
  ])('a set that ended before its verdict is %s by the closing event', async (_result, of, done) => {
    const account = accountOf({ ...of, ...PENDING }, { ...of, ...PENDING });
    await handle(account, COMPLETED);
    expect(account.done).toEqual([]);
    account.retag(PROVEN, 'snap-1', 'snap-2');
    await handle(account, CLOSED);
    expect(account.done).toEqual(done);
  });

  it.each([
    ['us', PENDING],
    ['VSS, which writes no verdict', { consistency: '' }],
  ])('the closing event waits for the tags that follow it, on a set made by %s', async (_maker, unclosed) => {
    const account = accountOf(unclosed, unclosed);
    account.onFind = (look) => {
      if (look === 3) account.retag(PROVEN, 'snap-1', 'snap-2');
    };
    await handle(account, CLOSED);
    expect(account.slept).toEqual([1_000, 2_000]);
    expect(account.done).toEqual(CONFIRMED);
  });

  it('it waits for a new set to be found, and not for ever', async () => {
    const account = accountOf();
    await handle(account, CLOSED);
    expect(account.slept).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(account.done).toEqual([]);
  });

  it('an execution without a set is not looked for', async () => {
    const account = accountOf();
    await handle(account, { ...CLOSED, made: false });
    expect(account.slept).toEqual([]);
  });

  it('the daily sweep finds what no event told, of every policy and a disabled one, too', async () => {
    const account = withPolicies(accountOf({}, {}), 'other', 'nightly');
    await handle(account, SWEEP);
    expect(account.done).toEqual(CONFIRMED);
  });
});

describe('messages', () => {
  it('of one policy and instance that come together are one look', async () => {
    const account = accountOf({}, {});
    const looks: number[] = [];
    account.onFind = (look) => looks.push(look);
    await handle(account, COMPLETED, CLOSED, COMPLETED);
    expect(looks).toHaveLength(1);
  });

  it('about sets that are nobody’s of ours are nothing to look at', async () => {
    const account = accountOf({});
    await handle(account, { kind: 'completed', snapshotIds: ['snap-of-others'] });
    expect(account.done).toEqual([]);
  });

  it('that find no time left are left to another invocation', async () => {
    const account = withPolicies(accountOf({}, {}), 'other', 'nightly');
    account.onFind = () => {
      account.remainingMs = 59_000;
    };
    await handle(account, SWEEP);
    expect(account.done).toEqual([]);
    expect(account.again).toEqual([{ policyId: 'nightly', trigger: 'sweep', closed: [] }]);
  });

  it('about a policy that can’t be looked at come again, and keep no other from being done', async () => {
    const account = withPolicies(accountOf({}, {}), 'other', 'nightly');
    account.onCall = (call) => {
      if (call === 'find other') throw new Error('disturbed');
    };
    const failed = 'FAILED sets not looked after {"policyId":"other"} Error: disturbed';
    expect(await handle(account, SWEEP)).toEqual(['message 1']);
    expect(account.done).toEqual([failed, ...CONFIRMED]);
    expect(await handle(account, COMPLETED, { ...CLOSED, policyId: 'other', instanceId: 'i-2' }, SWEEP)).toEqual([
      'message 2',
      'message 3',
    ]);
  });
});
