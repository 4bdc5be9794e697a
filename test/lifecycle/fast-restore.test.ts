import { policy, schedule } from '../unit/policy-fixture';
import { accountWith, confirmed, daysLater, look, tagsOf } from './support';

const MARK = 'stillpoint:fast-restore';
const PENDING = { [MARK]: 'pending' };
const TOLD = 'publish Stillpoint Fast Restore Notification';
const LOOK = 'look at fast restores';
const A = 'eu-west-1a';
const B = 'eu-west-1b';
const REFUSED = { code: 'FastSnapshotRestoreLimitExceeded', message: 'at most 5' };

type Json = Readonly<Record<string, unknown>>;
const restoring = (FastRestoreRule: Json, over: Json = {}) => policy({ Schedules: [schedule({}, { FastRestoreRule })], ...over });
const COUNT = { Count: 1, AvailabilityZones: [A] };
const A_WEEK = { Interval: 7, IntervalUnit: 'DAYS', AvailabilityZones: [A] };
/** The first night's set of a volume, the second's, ... */
const night = (day: number, tags: Readonly<Record<string, string>> = PENDING) => confirmed(`snap-${day}`, tags, { day });

describe('fast restore by count', () => {
  it('is switched on for the newest sets of each volume, and off for the older ones, off first', async () => {
    const account = accountWith(restoring({ Count: 1, AvailabilityZones: [A, B] }), night(0));
    expect(await look(account)).toEqual([LOOK, `enable snap-0 in ${A}`, `enable snap-0 in ${B}`, TOLD, `tag snap-0: ${MARK}`]);
    expect(account.events).toMatchObject([
      { detail: { result: 'enabled', resources: [{ resource_id: expect.stringMatching(/snap-0$/), zones: [A, B] }], until: '' } },
    ]);
    account.members = [...account.members, night(1)];
    expect(await look(account)).toEqual([
      LOOK,
      ...[A, B].map((zone) => `disable snap-0 in ${zone}`),
      ...[A, B].map((zone) => `enable snap-1 in ${zone}`),
      TOLD,
      `tag snap-0: ${MARK}`,
      TOLD,
      `tag snap-1: ${MARK}`,
    ]);
    expect(tagsOf(account, MARK)).toEqual(['off', `${A} ${B}`]);
    expect(await look(account)).toEqual([LOOK]);
  });

  it('counts for each volume by itself', async () => {
    const other = confirmed('snap-of-2', PENDING, { day: 0, volumeId: 'vol-2' });
    const account = accountWith(restoring(COUNT), night(0), other, night(1));
    await look(account);
    expect([...account.fast.keys()]).toEqual(['snap-1', 'snap-of-2']);
    expect(tagsOf(account, MARK)).toEqual(['off', A, A]);
  });

  it('switches on no set that was made before the rule, that is not confirmed, or of a disabled policy', async () => {
    expect(await look(accountWith(restoring(COUNT), night(0, {})))).toEqual([]);
    expect(await look(accountWith(restoring(COUNT), { ...night(0), state: 'pending' }))).toEqual([LOOK]);
    expect(await look(accountWith(restoring(COUNT, { State: 'DISABLED' }), night(0)))).toEqual([LOOK]);
  });

  it('leaves what a person switched off as it is', async () => {
    const account = accountWith(restoring(COUNT), night(0));
    await look(account);
    account.fast.get('snap-0')?.delete(A);
    expect(await look(account)).toEqual([LOOK]);
  });

  it('takes a zone that was added to the rule, and leaves one that was taken out', async () => {
    const account = accountWith(restoring({ Count: 1, AvailabilityZones: [B] }), night(0, { [MARK]: A }));
    account.fast.set('snap-0', new Set([A]));
    expect((await look(account)).slice(0, 3)).toEqual([LOOK, `disable snap-0 in ${A}`, `enable snap-0 in ${B}`]);
    expect(account.events).toMatchObject([{ detail: { result: 'enabled' } }, { detail: { result: 'disabled' } }]);
    expect(tagsOf(account, MARK)).toEqual([B]);
  });

  it('tells what an invocation switched on that ended before it could say so', async () => {
    const account = accountWith(restoring(COUNT), night(0));
    account.fast.set('snap-0', new Set([A]));
    expect(await look(account)).toEqual([LOOK, TOLD, `tag snap-0: ${MARK}`]);
    expect(account.events).toMatchObject([{ detail: { result: 'enabled', resources: [{ zones: [A] }] } }]);
  });
});

describe('fast restore by age', () => {
  it('counts from the completion, whatever the rule says later, and is switched off when it is over', async () => {
    const account = accountWith(restoring(A_WEEK), night(0));
    await look(account);
    expect(account.events).toMatchObject([{ detail: { result: 'enabled', until: daysLater(7).toISOString() } }]);
    expect(tagsOf(account, MARK)).toEqual([`${A} until ${daysLater(7).toISOString()}`]);
    const shorter = Object.assign(account, {
      ports: { ...account.ports, policies: new Map([['nightly', restoring({ ...A_WEEK, Interval: 1 })]]) },
    });
    shorter.time = new Date(daysLater(7).getTime() - 1);
    expect(await look(shorter)).toEqual([LOOK]);
    shorter.time = daysLater(7);
    expect(await look(shorter)).toEqual([LOOK, `disable snap-0 in ${A}`, TOLD, `tag snap-0: ${MARK}`]);
    expect(tagsOf(account, MARK)).toEqual(['off']);
    expect(await look(account)).toEqual([]);
  });

  it('ends where the policy is disabled, too', async () => {
    const account = accountWith(restoring(A_WEEK, { State: 'DISABLED' }), night(0, { [MARK]: `${A} until ${daysLater(7).toISOString()}` }));
    account.fast.set('snap-0', new Set([A]));
    account.time = daysLater(7);
    await look(account);
    expect(account.fast.get('snap-0')).toEqual(new Set());
  });
});

it('schedules that coincide switch on in the zones of each of them, as long as its own rule holds', async () => {
  const both = policy({
    Schedules: [
      schedule({}, { FastRestoreRule: COUNT }),
      schedule({}, { Name: 'Weekly', FastRestoreRule: { ...A_WEEK, AvailabilityZones: [B] } }),
    ],
  });
  const merged = { ...PENDING, 'stillpoint:schedule-name': 'Nightly, Weekly' };
  const account = accountWith(both, night(0, merged), night(1));
  await look(account);
  expect([...account.fast].map(([id, zones]) => [id, ...zones])).toEqual([
    ['snap-1', A],
    ['snap-0', B],
  ]);
});

describe('what EC2 does not switch', () => {
  it('is told once with its code for each snapshot and zone, and tried again', async () => {
    const account = accountWith(restoring({ Count: 1, AvailabilityZones: [A, B] }), night(0));
    account.refusals.set(`in ${B}`, REFUSED);
    await look(account);
    expect(account.events).toMatchObject([
      { detail: { result: 'enabled', resources: [{ zones: [A] }] } },
      { detail: { result: 'failed', errors: [{ zone: B, asked: 'enable', ...REFUSED }] } },
    ]);
    expect(tagsOf(account, MARK)).toEqual([`${A} !${B}`]);
    expect(await look(account)).toEqual([LOOK, `enable snap-0 in ${B}`]);
    account.refusals.clear();
    await look(account);
    expect(account.events.at(-1)).toMatchObject({ detail: { result: 'enabled', resources: [{ zones: [B] }] } });
    expect(tagsOf(account, MARK)).toEqual([`${A} ${B}`]);
  });

  it('is tried again when it was to be switched off', async () => {
    const account = accountWith(restoring(COUNT), night(0, { [MARK]: A }), night(1, { [MARK]: A }));
    for (const id of ['snap-0', 'snap-1']) account.fast.set(id, new Set([A]));
    account.refusals.set('disable', REFUSED);
    await look(account);
    expect(account.events).toMatchObject([{ detail: { result: 'failed', errors: [{ asked: 'disable', zone: A }] } }]);
    expect(tagsOf(account, MARK)).toEqual([`!${A}`, A]);
    account.refusals.clear();
    await look(account);
    expect(tagsOf(account, MARK)).toEqual(['off', A]);
  });

  it('fails the invocation when there is no answer, and no other step', async () => {
    const account = accountWith(restoring(COUNT), night(0));
    account.onCall = (call) => {
      if (call === LOOK) throw new Error('reset');
    };
    expect(await look(account)).toEqual([expect.stringMatching(/^FAILED fast restore not switched .* Error: reset$/)]);
  });
});

it('is switched off before its set is deleted', async () => {
  const account = accountWith(restoring(COUNT), night(0, { [MARK]: A, 'stillpoint:deleting': daysLater(1).toISOString() }));
  account.fast.set('snap-0', new Set([A]));
  expect(await look(account)).toEqual([LOOK, `disable snap-0 in ${A}`, TOLD, `tag snap-0: ${MARK}`]);
});
