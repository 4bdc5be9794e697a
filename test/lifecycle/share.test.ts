import { policy, schedule } from '../unit/policy-fixture';
import { VOLUME_KEY } from './fake-ports';
import { accountWith, confirmed, daysLater, look, tagsOf } from './support';

const MARK = 'stillpoint:shared-until';
const PENDING = { [MARK]: 'pending' };
const OTHER = '222222222222';
const THIRD = '333333333333';
const SHARED = 'Stillpoint Share Notification';

const sharing = (rule: Readonly<Record<string, unknown>> = {}, over: Readonly<Record<string, unknown>> = {}) =>
  policy({ Schedules: [schedule({}, { ShareRules: [{ TargetAccounts: [OTHER, THIRD], ...rule }] })], ...over });
const FOR_A_WEEK = { UnshareInterval: 7, UnshareIntervalUnit: 'DAYS' };

describe('a set that is due to be shared', () => {
  it('is shared with each account, told, and marked for ever; a second look does nothing', async () => {
    const account = accountWith(sharing(), confirmed('snap-1', PENDING), confirmed('snap-2', PENDING, { volumeId: 'vol-2' }));
    expect(await look(account)).toEqual([
      ...[OTHER, THIRD].map((one) => `share snap-1 with ${one}`),
      ...[OTHER, THIRD].map((one) => `share snap-2 with ${one}`),
      `publish ${SHARED}`,
      `tag snap-1 snap-2: ${MARK}`,
    ]);
    expect(account.events).toMatchObject([{ detail: { result: 'shared', accounts: [OTHER, THIRD], until: '' } }]);
    expect(account.metrics).toEqual([{ SnapshotsSharedCompleted: 2 }]);
    expect(tagsOf(account, MARK)).toEqual(['forever', 'forever']);
    expect(await look(account)).toEqual([]);
  });

  it('is shared only where the permission is not there yet', async () => {
    const account = accountWith(sharing(), confirmed('snap-1', PENDING));
    account.shared.set('snap-1', new Set([OTHER, THIRD]));
    expect(await look(account)).toEqual([`publish ${SHARED}`, `tag snap-1: ${MARK}`]);
  });

  it('waits for its confirmation, and is left alone once its deletion has begun', async () => {
    const unconfirmed = confirmed('snap-1', PENDING, { state: 'pending' });
    const deleted = confirmed('snap-2', { ...PENDING, 'stillpoint:deleting': '2026-11-21T04:00:00Z' }, { day: 1 });
    expect(await look(accountWith(sharing(), unconfirmed, deleted))).toEqual([]);
  });

  it('is nobody’s of a rule that was added after it was made, of a disabled policy, or of a schedule that is gone', async () => {
    expect(await look(accountWith(sharing(), confirmed('snap-1', {})))).toEqual([]);
    expect(await look(accountWith(sharing({}, { State: 'DISABLED' }), confirmed('snap-1', PENDING)))).toEqual([]);
    expect(await look(accountWith(sharing(), confirmed('snap-1', { ...PENDING, 'stillpoint:schedule-name': 'Gone' })))).toEqual([]);
  });

  it('is shared by all of its schedules, until the last time of any', async () => {
    const rule = (account: string, UnshareInterval: number) => ({
      ShareRules: [{ TargetAccounts: [account], UnshareInterval, UnshareIntervalUnit: 'DAYS' }],
    });
    const both = policy({ Schedules: [schedule({}, rule(OTHER, 7)), schedule({}, { Name: 'Weekly', ...rule(THIRD, 30) })] });
    const account = accountWith(both, confirmed('snap-1', { ...PENDING, 'stillpoint:schedule-name': 'Nightly, Weekly' }));
    await look(account);
    expect(account.shared.get('snap-1')).toEqual(new Set([OTHER, THIRD]));
    expect(tagsOf(account, MARK)).toEqual([daysLater(30).toISOString()]);
  });
});

describe('a snapshot that EC2 would not share', () => {
  it('is marked without asking EC2 when its key is none of volumeKeys; the others are shared', async () => {
    const encrypted = { encrypted: true, keyId: 'arn:aws:kms:eu-west-1:111122223333:key/default' };
    const account = accountWith(
      sharing(),
      confirmed('snap-1', PENDING, encrypted),
      confirmed('snap-2', PENDING, { volumeId: 'vol-2', encrypted: true, keyId: VOLUME_KEY }),
    );
    await look(account);
    expect([...account.shared.keys()]).toEqual(['snap-2']);
    expect(tagsOf(account, MARK)).toEqual(['refused', 'forever']);
    expect(account.events).toMatchObject([
      { detail: { result: 'shared', resources: [{ resource_id: expect.stringMatching(/snap-2$/) }] } },
    ]);
  });

  it('is told as refused where EC2 says so, and not asked for again', async () => {
    const account = accountWith(sharing(), confirmed('snap-1', PENDING));
    account.refusals.set('share snap-1', { code: 'OperationNotPermitted', message: 'EBS default key' });
    await look(account);
    expect(account.events).toMatchObject([
      { detail: { result: 'refused', errors: [{ code: 'OperationNotPermitted', message: 'EBS default key' }] } },
    ]);
    expect(tagsOf(account, MARK)).toEqual(['refused']);
    expect(await look(account)).toEqual([]);
  });

  it('is told once as failed, tried again, and shared when the way is free', async () => {
    const account = accountWith(sharing(), confirmed('snap-1', PENDING));
    account.refusals.set(`with ${THIRD}`, { code: 'UnauthorizedOperation', message: 'no' });
    await look(account);
    expect(account.events).toMatchObject([{ detail: { result: 'failed', errors: [{ code: 'UnauthorizedOperation' }] } }]);
    expect(await look(account)).toEqual([`share snap-1 with ${THIRD}`, `tag snap-1: ${MARK}`]);
    account.refusals.clear();
    await look(account);
    expect(account.events).toMatchObject([{ detail: { result: 'failed' } }, { detail: { result: 'shared' } }]);
  });

  it('keeps no other set from being shared when a call gets no answer', async () => {
    const account = accountWith(sharing(), confirmed('snap-1', PENDING), confirmed('snap-2', PENDING, { day: 1 }));
    account.onCall = (call) => {
      if (call.startsWith('share snap-1')) throw new Error('reset');
    };
    await look(account);
    expect(account.done[0]).toMatch(/^FAILED set not shared .* Error: reset$/);
    expect(tagsOf(account, MARK)).toEqual(['pending', 'forever']);
  });
});

describe('a set whose time is over', () => {
  const shared = () => {
    const account = accountWith(sharing(FOR_A_WEEK), confirmed('snap-1', { [MARK]: daysLater(7).toISOString() }));
    account.shared.set('snap-1', new Set([OTHER, THIRD]));
    return account;
  };

  it('is shared to the end, then with none of the policy’s accounts, told, and left at that', async () => {
    const account = shared();
    account.time = new Date(daysLater(7).getTime() - 1);
    expect(await look(account)).toEqual([]);
    account.time = daysLater(7);
    expect(await look(account)).toEqual([
      ...[OTHER, THIRD].map((one) => `unshare snap-1 with ${one}`),
      `publish ${SHARED}`,
      `tag snap-1: ${MARK}`,
    ]);
    expect(account.events).toMatchObject([{ detail: { result: 'unshared', accounts: [OTHER, THIRD], still_shared_with: [] } }]);
    expect(tagsOf(account, MARK)).toEqual(['ended']);
    expect(await look(account)).toEqual([]);
  });

  it('ends also where the policy is disabled, and tells who still has it by no rule of the policy', async () => {
    const account = accountWith(
      sharing({ ...FOR_A_WEEK, TargetAccounts: [THIRD] }, { State: 'DISABLED' }),
      confirmed('snap-1', { [MARK]: daysLater(7).toISOString() }),
    );
    account.shared.set('snap-1', new Set([OTHER, THIRD]));
    account.time = daysLater(8);
    await look(account);
    expect(account.shared.get('snap-1')).toEqual(new Set([OTHER]));
    expect(account.events).toMatchObject([{ detail: { accounts: [THIRD], still_shared_with: [OTHER] } }]);
  });

  it('stays marked and fails the invocation when the permission can’t be taken away', async () => {
    const account = shared();
    account.time = daysLater(7);
    account.refusals.set('unshare', { code: 'UnauthorizedOperation', message: 'no' });
    await look(account);
    expect(account.done.at(-1)).toMatch(/^FAILED set not shared .* snap-1 is still shared with 222222222222: UnauthorizedOperation/);
    expect(tagsOf(account, MARK)).toEqual([daysLater(7).toISOString()]);
  });
});
