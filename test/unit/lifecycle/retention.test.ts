import { type Judgement, judge } from '../../../lambda/core/lifecycle/retention/judge';
import { keeperOf } from '../../../lambda/core/lifecycle/retention/keeper';
import { fullTokens, takeToken } from '../../../lambda/core/lifecycle/retention/pacer';
import { standingOf } from '../../../lambda/core/lifecycle/retention/standing';
import type { Standing } from '../../../lambda/core/lifecycle/retention/target';
import { type Member, type SnapshotSet, snapshotSets } from '../../../lambda/core/lifecycle/snapshot-set';
import { TAG } from '../../../lambda/core/snapshot-tags';
import { policy, schedule } from '../policy-fixture';
import { member } from './sets';

const NOW = new Date('2026-11-21T12:00:00Z');
const hoursAgo = (hours: number): Date => new Date(NOW.getTime() - hours * 3_600_000);

interface Made {
  readonly ago: number;
  readonly volumes?: readonly string[];
  readonly schedules?: string;
  readonly consistency?: string;
  readonly state?: string;
  /** Hours until its ages are over. */
  readonly expires?: number;
  readonly tags?: Readonly<Record<string, string>>;
  /** Tags that it lacks. */
  readonly without?: readonly string[];
}

/** A set that counts, of two volumes unless it says otherwise. */
const made = ({
  ago,
  volumes = ['vol-1', 'vol-2'],
  schedules = 'Nightly',
  consistency = 'crash',
  state = 'completed',
  ...of
}: Made): SnapshotSet => {
  const tags = {
    ...{ [TAG.scheduleName]: schedules, [TAG.members]: `${volumes.length}`, [TAG.confirmed]: 'then' },
    ...(of.expires === undefined ? {} : { [TAG.expirationTime]: hoursAgo(-of.expires).toISOString() }),
    ...of.tags,
  };
  const members = volumes.map((volumeId) =>
    member({
      snapshotId: `snap-${ago}-${volumeId}`,
      executionId: `nightly@${ago}`,
      volumeId,
      consistency,
      state,
      startedAt: hoursAgo(ago),
      tags: new Map(Object.entries(tags)),
    }),
  );
  const stripped = members.map((one): Member => ({ ...one, tags: new Map([...one.tags].filter(([key]) => !of.without?.includes(key))) }));
  return snapshotSets(stripped)[0]!;
};

const retaining = (...rules: readonly (object | undefined)[]) =>
  policy({
    Schedules: rules.map((RetainRule, index) =>
      schedule({}, { Name: ['Nightly', 'Weekly', 'Monthly'][index], ...(RetainRule && { RetainRule }) }),
    ),
  });
const COUNT_1 = { Count: 1 };
const DAYS = { Interval: 5, IntervalUnit: 'DAYS' };

const words = ({ verdict, orphan }: Judgement): string => (orphan === undefined ? verdict : `${verdict} ${orphan}`);
/** What becomes of each of these sets, in their order. */
const judged = (of: ReturnType<typeof policy> | undefined, sets: readonly Made[], standing: Standing = 'target'): readonly string[] =>
  judge({ policyId: 'nightly', policy: of, standing, sets: sets.map(made), now: NOW }).map(words);

describe('by count', () => {
  const count2 = retaining({ Count: 2 });
  it.each<[string, readonly Made[], readonly string[]]>([
    ['the newest stay', [{ ago: 3 }, { ago: 2 }, { ago: 1 }], ['delete', 'keep', 'keep']],
    ['in whatever order they are found', [{ ago: 1 }, { ago: 3 }, { ago: 2 }], ['keep', 'delete', 'keep']],
    ['sets under way count for nothing', [{ ago: 3 }, { ago: 2 }, { ago: 1, state: 'pending' }], ['keep', 'keep', 'keep']],
    ['nor do failed ones', [{ ago: 3 }, { ago: 2 }, { ago: 1, state: 'error' }], ['keep', 'keep', 'keep']],
    ['nor those without a verdict', [{ ago: 3 }, { ago: 2 }, { ago: 1, consistency: 'pending' }], ['keep', 'keep', 'keep']],
    ['nor those that were withdrawn', [{ ago: 3 }, { ago: 2 }, { ago: 1, consistency: 'none' }], ['keep', 'keep', 'keep']],
    ['nor those that are not confirmed', [{ ago: 3 }, { ago: 2 }, { ago: 1, without: [TAG.confirmed] }], ['keep', 'keep', 'keep']],
    [
      'nor those that lack a member',
      [{ ago: 3 }, { ago: 2 }, { ago: 1, tags: { [TAG.members]: '3' } }],
      ['keep', 'keep', 'keep incomplete'],
    ],
    ['nor those of another schedule', [{ ago: 3 }, { ago: 2 }, { ago: 1, schedules: 'Gone' }], ['keep', 'keep', 'keep schedule-gone']],
    [
      'an unclosed old set is never deleted',
      [{ ago: 90, consistency: 'pending' }, { ago: 2 }, { ago: 1 }, { ago: 0 }],
      ['keep unclosed', 'delete', 'keep', 'keep'],
    ],
    [
      'each volume has its own count',
      [{ ago: 3, volumes: ['vol-1', 'vol-9'] }, { ago: 2 }, { ago: 1 }],
      ['keep volume-gone', 'keep', 'keep'],
    ],
    [
      'a hand-made copy, whose volume EC2 may call vol-ffff',
      [{ ago: 3, volumes: ['vol-ffff'] }, { ago: 2 }, { ago: 1 }],
      ['keep incomplete', 'keep', 'keep'],
    ],
    [
      'another snapshot of a volume',
      [{ ago: 3, volumes: ['vol-1', 'vol-1'] }, { ago: 2 }, { ago: 1 }],
      ['keep incomplete', 'keep', 'keep'],
    ],
    ['a new volume takes nothing from the old', [{ ago: 3, volumes: ['vol-1'] }, { ago: 2 }, { ago: 1 }], ['delete', 'keep', 'keep']],
    [
      'a hand-made copy among the members',
      [{ ago: 3, volumes: ['vol-1', 'vol-ffffffff'] }, { ago: 2 }, { ago: 1 }],
      ['keep incomplete', 'keep', 'keep'],
    ],
  ])('%s', (_what, sets, expected) => expect(judged(count2, sets)).toEqual(expected));

  it('the newest proven set goes, too, when there are enough newer ones', () =>
    expect(judged(retaining(COUNT_1), [{ ago: 2, consistency: 'application' }, { ago: 1 }])).toEqual(['delete', 'keep']));
});

describe('by age', () => {
  const age = retaining(DAYS);
  it.each<[string, readonly Made[], readonly string[]]>([
    [
      'a set goes when its time is over',
      [
        { ago: 3, expires: -1 },
        { ago: 1, expires: 20 },
      ],
      ['delete', 'keep'],
    ],
    [
      'at its minute',
      [
        { ago: 3, expires: 0 },
        { ago: 1, expires: 20 },
      ],
      ['delete', 'keep'],
    ],
    [
      'the last one stays, however old',
      [
        { ago: 3, expires: -2 },
        { ago: 2, expires: -1 },
      ],
      ['delete', 'keep'],
    ],
    [
      'the last one of a volume stays',
      [
        { ago: 3, volumes: ['vol-9'], expires: -1 },
        { ago: 1, expires: 20 },
      ],
      ['keep volume-gone', 'keep'],
    ],
    [
      'the newest proven one stays',
      [
        { ago: 4, expires: -2, consistency: 'application' },
        { ago: 3, expires: -1, consistency: 'application' },
        { ago: 1, expires: 9 },
      ],
      ['delete', 'keep', 'keep'],
    ],
    [
      'an unconfirmed one replaces no proven one',
      [
        { ago: 3, expires: -1, consistency: 'application' },
        { ago: 1, expires: 9, consistency: 'application', without: [TAG.confirmed] },
        { ago: 0, expires: 9 },
      ],
      ['keep', 'keep', 'keep'],
    ],
    ['without a time it stays', [{ ago: 3 }, { ago: 1, expires: 20 }], ['keep no-expiration-time', 'keep']],
    [
      'a time that is none is none',
      [
        { ago: 3, tags: { [TAG.expirationTime]: 'soon' } },
        { ago: 1, expires: 20 },
      ],
      ['keep no-expiration-time', 'keep'],
    ],
    [
      'words in which JavaScript finds a date are none',
      [
        { ago: 3, tags: { [TAG.expirationTime]: 'hold 2' } },
        { ago: 1, expires: 20 },
      ],
      ['keep no-expiration-time', 'keep'],
    ],
  ])('%s', (_what, sets, expected) => expect(judged(age, sets)).toEqual(expected));

  /** The old one of two sets, with another tag on one of its members: which is the first, EC2's list does not say. */
  const changed = (key: string, value: string, index: number): readonly string[] => {
    const old = made({ ago: 3, expires: -1 });
    const members = old.members.map((one, at) => (at === index ? { ...one, tags: new Map([...one.tags, [key, value]]) } : one));
    const sets = [{ ...old, members }, made({ ago: 1, expires: 20 })];
    return judge({ policyId: 'nightly', policy: age, standing: 'target', sets, now: NOW }).map(words);
  };
  it.each([0, 1])('the latest time of its members counts, and only a schedule that all of them name (member %p)', (index) => {
    expect(changed(TAG.expirationTime, '2030-01-01', index)).toEqual(['keep', 'keep']);
    expect(changed(TAG.expirationTime, '', index)).toEqual(['keep no-expiration-time', 'keep']);
    expect(changed(TAG.scheduleName, 'ours', index)).toEqual(['keep schedule-gone', 'keep']);
  });
});

describe('of several schedules', () => {
  const BOTH = { schedules: 'Nightly, Weekly' };
  it.each<[string, readonly (object | undefined)[], readonly Made[], readonly string[]]>([
    [
      'it stays while one keeps it by count',
      [COUNT_1, { Count: 2 }],
      [
        { ago: 3, ...BOTH },
        { ago: 2, ...BOTH },
        { ago: 1, ...BOTH },
      ],
      ['delete', 'keep', 'keep'],
    ],
    [
      'by count, that went by age when the older ones were made',
      [COUNT_1],
      [{ ago: 4, expires: -1 }, { ago: 3, expires: 9 }, { ago: 2 }, { ago: 1 }],
      ['delete', 'keep', 'delete', 'keep'],
    ],
    ['each counts its own', [COUNT_1, COUNT_1], [{ ago: 3, ...BOTH }, { ago: 1 }], ['keep', 'keep']],
    [
      'by count and by age',
      [COUNT_1, DAYS],
      [
        { ago: 3, expires: 1, ...BOTH },
        { ago: 1, expires: 9, ...BOTH },
      ],
      ['keep', 'keep'],
    ],
    [
      'both over',
      [COUNT_1, DAYS],
      [
        { ago: 3, expires: -1, ...BOTH },
        { ago: 1, expires: 9, ...BOTH },
      ],
      ['delete', 'keep'],
    ],
    [
      'one keeps for ever',
      [COUNT_1, undefined],
      [
        { ago: 3, ...BOTH },
        { ago: 1, ...BOTH },
      ],
      ['keep', 'keep'],
    ],
    ['one has another name now', [COUNT_1], [{ ago: 3, ...BOTH }, { ago: 1 }], ['keep schedule-gone', 'keep']],
  ])('%s', (_what, rules, sets, expected) => expect(judged(retaining(...rules), sets)).toEqual(expected));
});

describe('what became of the target', () => {
  const old: readonly Made[] = [
    { ago: 3, expires: -1 },
    { ago: 2, expires: -1 },
    { ago: 1, expires: 9 },
  ];
  const over: readonly Made[] = [
    { ago: 3, expires: -2 },
    { ago: 2, expires: -1 },
  ];
  it.each<[string, Standing, readonly (object | undefined)[], readonly Made[], readonly string[]]>([
    ['terminated, by count: nothing', 'gone', [COUNT_1], old, ['keep instance-gone', 'keep instance-gone', 'keep instance-gone']],
    ['terminated, by age: in time', 'gone', [DAYS], old, ['delete', 'delete', 'keep']],
    ['terminated, by age: all but the last', 'gone', [DAYS], over, ['delete', 'keep instance-gone']],
    ['terminated, kept for ever', 'gone', [undefined], old, ['keep', 'keep', 'keep']],
    ['no tag, by count', 'not-a-target', [COUNT_1], over, ['keep target-tag-removed', 'keep target-tag-removed']],
    ['no tag, by age', 'not-a-target', [DAYS], over, ['keep target-tag-removed', 'keep target-tag-removed']],
  ])('%s', (_what, standing, rules, sets, expected) => expect(judged(retaining(...rules), sets, standing)).toEqual(expected));

  it('no tag, then terminated: still nothing, though EC2 tells no tags any more', () =>
    expect(judged(retaining(DAYS), [{ ...over[0]!, tags: { [TAG.orphan]: 'target-tag-removed' } }, over[1]!], 'gone')).toEqual([
      'keep target-tag-removed',
      'keep target-tag-removed',
    ]));

  it.each<[string, Parameters<typeof standingOf>[1], Standing]>([
    ['running', { id: 'i-1', state: 'running', tags: new Map([['Backup', 'nightly']]) }, 'target'],
    ['stopped', { id: 'i-1', state: 'stopped', tags: new Map([['Backup', 'nightly']]) }, 'target'],
    ['tagged otherwise', { id: 'i-1', state: 'running', tags: new Map([['Backup', 'weekly']]) }, 'not-a-target'],
    ['terminated, with its tags', { id: 'i-1', state: 'terminated', tags: new Map([['Backup', 'nightly']]) }, 'gone'],
    ['shutting down', { id: 'i-1', state: 'shutting-down', tags: new Map([['Backup', 'nightly']]) }, 'gone'],
    ['unknown', undefined, 'gone'],
  ])('an instance %s', (_what, instance, standing) => expect(standingOf(policy(), instance)).toBe(standing));
});

describe('what is never deleted', () => {
  const two: readonly Made[] = [{ ago: 2 }, { ago: 1 }];
  it('sets of a policy that is gone', () => expect(judged(undefined, two)).toEqual(['keep policy-gone', 'keep policy-gone']));
  it('sets of a disabled policy, which are no orphans', () =>
    expect(judged({ ...retaining(COUNT_1), State: 'DISABLED' }, two)).toEqual(['keep', 'keep']));
  it('what does not say that it is the policy’s', () =>
    expect(judged(retaining(COUNT_1), [{ ago: 2, without: [TAG.policyId] }, { ago: 1 }])).toEqual(['keep']));
});

describe('a set whose deletion was begun', () => {
  const MARK = { [TAG.deleting]: 'then' };
  const half: Made = { ago: 2, tags: { ...MARK, [TAG.members]: '3' } };
  it.each<[string, ReturnType<typeof policy>, readonly Made[], readonly string[]]>([
    ['half of it is finished, whatever the rules say now', retaining({ Count: 9 }), [half, { ago: 1 }], ['finish', 'keep']],
    ['not while the policy is disabled', { ...retaining({ Count: 9 }), State: 'DISABLED' }, [half], ['keep']],
    ['half of it counts for nothing', retaining({ Count: 2 }), [{ ago: 3 }, half, { ago: 1 }], ['keep', 'finish', 'keep']],
    ['whole, it is judged again: still over', retaining(COUNT_1), [{ ago: 2, tags: MARK }, { ago: 1 }], ['delete', 'keep']],
    ['whole, it is judged again: no longer over', retaining({ Count: 2 }), [{ ago: 2, tags: MARK }, { ago: 1 }], ['keep', 'keep']],
    [
      'listed after its deletion, it takes the place of none in a count that was raised',
      retaining({ Count: 2 }),
      [{ ago: 4 }, { ago: 3 }, { ago: 2, tags: MARK }, { ago: 1 }],
      ['delete', 'keep', 'keep', 'keep'],
    ],
    [
      'nor that of the last proven set',
      retaining(DAYS),
      [
        { ago: 3, expires: -1, consistency: 'application' },
        { ago: 2, expires: -1, consistency: 'application', tags: MARK },
        { ago: 1, expires: 20 },
      ],
      ['keep', 'keep', 'keep'],
    ],
    [
      'a copy of a marked snapshot, made by hand, is not finished',
      retaining(COUNT_1),
      [{ ...half, volumes: ['vol-ffffffff'] }, { ago: 1 }],
      ['keep incomplete', 'keep'],
    ],
    [
      'nor a set together with such a copy',
      retaining(COUNT_1),
      [{ ago: 2, volumes: ['vol-1', 'vol-2', 'vol-ffff'], tags: { ...MARK, [TAG.members]: '2' } }, { ago: 1 }],
      ['keep incomplete', 'keep'],
    ],
    [
      'an emptied mark is none',
      retaining({ Count: 9 }),
      [{ ...half, tags: { [TAG.deleting]: '', [TAG.members]: '3' } }],
      ['keep incomplete'],
    ],
  ])('%s', (_what, of, sets, expected) => expect(judged(of, sets)).toEqual(expected));
});

describe('what keeps a set', () => {
  const members = [member({ snapshotId: 'snap-1' }), member({ snapshotId: 'snap-2' })];
  const archived = [member({ snapshotId: 'snap-1', tier: 'archive' })];
  const ours = [member({ snapshotId: 'snap-1', tags: new Map([[TAG.fastRestore, 'eu-west-1a']]) })];
  const NOTHING = { locked: [], images: [], restoredFast: [] };
  it.each([
    ['nothing', members, NOTHING, undefined],
    ['a lock', archived, { locked: ['snap-2'], images: ['ami-1'], restoredFast: [] }, { reason: 'locked', detail: 'locked: snap-2' }],
    ['images', archived, { ...NOTHING, images: ['ami-1', 'ami-2'] }, { reason: 'backs-an-image', detail: 'in use by ami-1, ami-2' }],
    [
      'fast restore by somebody else',
      archived,
      { ...NOTHING, restoredFast: ['snap-1'] },
      { reason: 'restored-fast', detail: 'restored fast: snap-1' },
    ],
    ['not fast restore by us', ours, { ...NOTHING, restoredFast: ['snap-1'] }, undefined],
    ['the archive', archived, NOTHING, { reason: 'archived', detail: 'archived: snap-1' }],
  ] as const)('%s', (_what, of, by, expected) => expect(keeperOf(of, by)).toEqual(expected));
});

describe('the pace of deletions', () => {
  /** Milliseconds to wait before each, where all come at once. */
  const waits = (calls: number, at = 0): readonly number[] => {
    let tokens = fullTokens(0);
    return Array.from({ length: calls }, () => {
      const taken = takeToken(tokens, at);
      tokens = taken.tokens;
      return taken.waitMs;
    });
  };
  it('thirty at once, then three a second', () => {
    expect(waits(30)).toEqual(Array(30).fill(0));
    expect(waits(33).slice(30)).toEqual([334, 667, 1_000]);
  });
  it('no more than thirty are saved up', () => expect(waits(31, 3_600_000).at(-1)).toBe(334));
});
