import { copyRegions, copyRulesOf } from '../../../lambda/core/lifecycle/copies/copy-rules';
import { copyFailures, copyTags, withFailure } from '../../../lambda/core/lifecycle/copies/copy-tags';
import { COPY_TRIES, type CopiesThere, copiesToStart, LATEST_COPY_MS, progressOf } from '../../../lambda/core/lifecycle/copies/plan-copies';
import { copySetsToDelete, surplusCopies } from '../../../lambda/core/lifecycle/copies/retire-copies';
import { type Member, snapshotSets } from '../../../lambda/core/lifecycle/snapshot-set';
import { COPY_TAG, TAG } from '../../../lambda/core/snapshot-tags';
import { policy, schedule } from '../policy-fixture';

const THERE = 'eu-central-1';
const KEY = `arn:aws:kms:${THERE}:111122223333:key/1`;
const NOW = new Date('2026-11-21T12:00:00Z');
const hours = (count: number): Date => new Date(NOW.getTime() - count * 3_600_000);

type Json = Readonly<Record<string, unknown>>;
const rule = (over: Json = {}): Json => ({ Target: THERE, Encrypted: false, ...over });
const days = (Interval: number): Json => ({ RetainRule: { Interval, IntervalUnit: 'DAYS' } });
const named = (Name: string, ...CrossRegionCopyRules: readonly Json[]) => schedule({}, { Name, CrossRegionCopyRules });
const copying = (over: Json = {}, ofPolicy: Json = {}) => policy({ Schedules: [named('Nightly', rule(over))], ...ofPolicy });

const member = (snapshotId: string, tags: Readonly<Record<string, string>> = {}, over: Partial<Member> = {}): Member => {
  const all = {
    [TAG.policyId]: 'nightly',
    [TAG.scheduleName]: 'Nightly',
    [TAG.executionId]: 'run/i-1',
    [TAG.instanceId]: 'i-1',
    [TAG.consistency]: 'application',
    [TAG.reason]: 'proven',
    [TAG.members]: '2',
    [TAG.confirmed]: hours(1).toISOString(),
    ...tags,
  };
  return {
    ...{ snapshotId, volumeId: `vol-${snapshotId}`, instanceId: all[TAG.instanceId], executionId: all[TAG.executionId], attempt: '1' },
    ...{ consistency: all[TAG.consistency], reason: 'proven', state: 'completed', startedAt: hours(1), completedAt: hours(1) },
    ...{ stateMessage: '', tags: new Map(Object.entries(all)), sizeGiB: 1, encrypted: false, keyId: undefined, tier: 'standard' },
    ...over,
  };
};

describe('the rules for a set', () => {
  it('are those of all its schedules: every region, the longest retention, any encryption, the first key', () => {
    const both = policy({
      Schedules: [
        named('Daily', rule(days(7))),
        named('Weekly', rule({ ...days(30), Encrypted: true, CmkArn: KEY, CopyTags: true }), {
          TargetRegion: 'us-east-1',
          Encrypted: false,
        }),
        named('Other', rule({ Target: 'us-west-2' })),
      ],
    });
    expect(copyRulesOf(both, 'Daily, Weekly')).toEqual([
      {
        ...{ region: THERE, encrypted: true, kmsKey: KEY, copyTags: true },
        ages: [7, 30].map((interval) => ({ interval, unit: 'DAYS' })),
      },
      { region: 'us-east-1', encrypted: false, kmsKey: undefined, copyTags: false, ages: undefined },
    ]);
    expect(copyRegions([both, copying()])).toEqual([THERE, 'us-east-1', 'us-west-2']);
  });

  it('are none once its schedule has another name', () => {
    expect(copyRulesOf(copying(), 'Daily')).toEqual([]);
  });

  it('keep a copy for ever where one of them has no retention', () => {
    const both = policy({ Schedules: [named('Daily', rule(days(7))), named('Weekly', rule())] });
    expect(copyRulesOf(both, 'Daily, Weekly').map(({ ages }) => ages)).toEqual([undefined]);
  });
});

describe('a copy’s tags', () => {
  const source = (tags: Readonly<Record<string, string>>) => ({ ...member('snap-1', tags), region: 'eu-west-1', members: 2 });

  it('say what the source is worth and where it is, and nothing that was done to it', () => {
    const done = { [TAG.expirationTime]: 'x', [TAG.copyFailures]: `${THERE} 1`, [TAG.deleting]: '', 'stillpoint:result-gtid': '1-2' };
    const { tags } = copyTags(source({ ...done, 'aws:backup': 'x', Team: 'ours' }), false, hours(-24));
    expect(tags).toEqual({
      ...Object.fromEntries(member('snap-1').tags),
      'stillpoint:result-gtid': '1-2',
      [COPY_TAG.sourceSnapshot]: 'snap-1',
      [COPY_TAG.sourceVolume]: 'vol-snap-1',
      [COPY_TAG.sourceRegion]: 'eu-west-1',
      [COPY_TAG.copy]: 'pending',
      [TAG.expirationTime]: '2026-11-22T12:00:00.000Z',
    });
  });

  it('hold the source’s own where the rule asks for them, as many as there is place for', () => {
    const users = Object.fromEntries(Array.from({ length: 45 }, (_, index) => [`user-${String(index).padStart(2, '0')}`, 'x']));
    const { tags, leftOut } = copyTags(source({ ...users, 'aws:backup': 'x' }), true, undefined);
    expect(Object.keys(tags)).toHaveLength(49);
    expect(tags).toHaveProperty('user-00', 'x');
    expect(leftOut).toEqual(Object.keys(users).slice(49 - 12));
  });

  it('count failures on the source, by region', () => {
    const once = withFailure(new Map(), THERE);
    const more = withFailure(new Map(Object.entries(withFailure(new Map(Object.entries(once)), 'us-east-1'))), THERE);
    const tags = new Map(Object.entries(more));
    expect([THERE, 'us-east-1', 'us-west-2'].map((region) => copyFailures(tags, region))).toEqual([2, 1, 0]);
  });
});

describe('copies begin', () => {
  const set = [member('snap-1'), member('snap-2')];
  const nothing: CopiesThere = { region: THERE, copies: [], pending: 0 };
  const begun = (of: readonly Member[], there: Partial<CopiesThere> = {}, ofPolicy = copying()) =>
    copiesToStart(ofPolicy, snapshotSets(of), { ...nothing, ...there }, NOW).map((start) => start.member.snapshotId);
  const all = (tags: Readonly<Record<string, string>>, over: Partial<Member> = {}) =>
    ['snap-1', 'snap-2'].map((id) => member(id, tags, over));

  it('of all members of a confirmed set', () => {
    expect(begun(set)).toEqual(['snap-1', 'snap-2']);
  });

  it.each<[string, readonly Member[], Partial<CopiesThere>]>([
    ['that is not confirmed', [member('snap-1'), { ...member('snap-2'), tags: new Map() }], {}],
    ['with a pending member', [member('snap-1'), member('snap-2', {}, { state: 'pending' })], {}],
    ['whose verdict was withdrawn', all({ [TAG.consistency]: 'none' }), {}],
    ['whose verdict has not come', all({ [TAG.consistency]: 'pending' }), {}],
    ['of which somebody deleted a member', [member('snap-1')], {}],
    ['that is being deleted', [member('snap-1', { [TAG.deleting]: NOW.toISOString() }), member('snap-2')], {}],
    ['with an archived member', [member('snap-1'), member('snap-2', {}, { tier: 'archive' })], {}],
    ['of a schedule without rules', all({ [TAG.scheduleName]: 'Weekly' }), {}],
    ['that is older than a week', all({}, { startedAt: new Date(NOW.getTime() - LATEST_COPY_MS - 1) }), {}],
    ['for another region', set, { region: 'us-east-1' }],
    ['while the region has all it takes', set, { pending: 20 }],
    ['whose copies failed too often', all({ [TAG.copyFailures]: `us-east-1 9, ${THERE} ${COPY_TRIES}` }), {}],
  ])('not of a set %s', (_what, of, there) => {
    expect(begun(of, there)).toEqual([]);
  });

  it('not once the copy’s own age would be over, so that a deleted copy is not made again', () => {
    expect(begun(all({}, { startedAt: hours(23) }), {}, copying(days(1)))).toEqual(['snap-1', 'snap-2']);
    expect(begun(all({}, { startedAt: hours(24) }), {}, copying(days(1)))).toEqual([]);
  });

  it('not of a disabled policy', () => {
    expect(begun(set, {}, copying({}, { State: 'DISABLED' }))).toEqual([]);
  });

  it('only of what has no copy there yet, and after fewer than all tries', () => {
    const copies = [member('snap-9', { [COPY_TAG.sourceSnapshot]: 'snap-1' }, { state: 'pending' })];
    expect(begun([member('snap-1'), member('snap-2', { [TAG.copyFailures]: `${THERE} ${COPY_TRIES - 1}` })], { copies })).toEqual([
      'snap-2',
    ]);
  });

  it('set by set, the oldest first, 20 at once', () => {
    const older = ['snap-3', 'snap-4'].map((id) => member(id, { [TAG.executionId]: 'run-0/i-1' }, { startedAt: hours(2) }));
    expect(begun([...set, ...older], { pending: 17 })).toEqual(['snap-3', 'snap-4', 'snap-1']);
  });
});

it.each<[string, Member, string | undefined]>([
  ['pending', member('snap-1', { [COPY_TAG.copy]: 'pending' }, { state: 'pending' }), undefined],
  ['completed and not yet told', member('snap-1', { [COPY_TAG.copy]: 'pending' }), 'completed'],
  ['completed and told', member('snap-1', { [COPY_TAG.copy]: 'completed' }), undefined],
  ['broken', member('snap-1', { [COPY_TAG.copy]: 'pending' }, { state: 'error' }), 'failed'],
])('a copy that is %s', (_what, one, expected) => {
  expect(progressOf(one)).toBe(expected);
});

describe('copies are deleted', () => {
  /** A set of copies: how many hours ago it was begun, and until when it is kept. */
  const copies = (name: string, ago: number, tags: Readonly<Record<string, string>> = {}, over: Partial<Member> = {}) =>
    ['a', 'b'].map((volume) =>
      member(
        `snap-${name}${volume}`,
        {
          ...{ [TAG.executionId]: `${name}/i-1`, [TAG.expirationTime]: hours(ago - 24).toISOString() },
          ...{ [COPY_TAG.sourceSnapshot]: `snap-of-${name}${volume}`, ...tags },
        },
        { startedAt: hours(ago), ...over },
      ),
    );
  const deleted = (of: readonly Member[], ofPolicy = copying(days(1))) =>
    copySetsToDelete(ofPolicy, THERE, of, NOW).flatMap(({ members }) => members.map(({ snapshotId }) => snapshotId));
  const newer = copies('new', 1);

  it('set by set, once their age is over', () => {
    expect(deleted([...copies('old', 25), ...copies('young', 23), ...newer])).toEqual(['snap-olda', 'snap-oldb']);
  });

  it('not the newest whole set of a target', () => {
    expect(deleted([...copies('old', 50), ...copies('last', 25)])).toEqual(['snap-olda', 'snap-oldb']);
    expect(deleted([...copies('old', 50), ...newer.slice(0, 1)])).toEqual([]);
    expect(deleted([...copies('old', 50), ...copies('other', 1, { [TAG.instanceId]: 'i-2' })])).toEqual([]);
  });

  it('not the newest proven set of a target, however old', () => {
    const crash = copies('crash', 1, { [TAG.consistency]: 'crash' });
    expect(deleted([...copies('older', 90), ...copies('proven', 80), ...crash])).toEqual(['snap-oldera', 'snap-olderb']);
  });

  it('not the newest by its content, though an older one was copied later', () => {
    const late = copies('nightly@2026-11-10T03:00Z', 30);
    const newest = copies('nightly@2026-11-11T03:00Z', 60);
    expect(deleted([...newest, ...late])).toEqual(late.map(({ snapshotId }) => snapshotId));
  });

  it.each<[string, ReturnType<typeof copying>, readonly Member[]]>([
    ['a disabled policy', copying(days(1), { State: 'DISABLED' }), copies('old', 25)],
    ['a schedule that has another name now', copying(days(1)), copies('old', 25, { [TAG.scheduleName]: 'Daily' })],
    ['a rule that is gone', copying({ ...days(1), Target: 'us-east-1' }), copies('old', 25)],
    ['a rule without retention', copying(), copies('old', 25, { [TAG.expirationTime]: '' })],
  ])('not those of %s', (_what, ofPolicy, old) => {
    expect(deleted([...old, ...newer], ofPolicy)).toEqual([]);
  });

  it('to the end, where a deletion was begun', () => {
    expect(deleted(copies('half', 1, { [TAG.deleting]: NOW.toISOString() }).slice(1))).toEqual(['snap-halfb']);
  });

  it('down to the older completed one of each source, so that the set is whole', () => {
    const twice = [
      ...copies('old', 50),
      ...newer,
      ...copies('new', 0.5).map((one) => ({ ...one, snapshotId: `second-${one.snapshotId}` })),
    ];
    expect(surplusCopies(twice).map(({ snapshotId }) => snapshotId)).toEqual(['second-snap-newa', 'second-snap-newb']);
    expect(deleted(twice)).toEqual(['snap-olda', 'snap-oldb']);
    expect(surplusCopies(copies('new', 1, {}, { state: 'pending' }).concat(newer))).toEqual([]);
  });

  it('not for being alike, where somebody took away what they are of', () => {
    expect(surplusCopies([...copies('old', 50, { [COPY_TAG.sourceSnapshot]: '' }), ...newer])).toEqual([]);
  });

  it('also of a set that never became whole, and leaving failed copies to be tried again', () => {
    expect(deleted([...copies('broken', 25).slice(0, 1), ...newer])).toEqual(['snap-brokena']);
    expect(deleted([...copies('failed', 25, {}, { state: 'error' }), ...newer])).toEqual([]);
  });
});
