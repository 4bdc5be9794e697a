import fc from 'fast-check';
import { WHOLE_SET } from '../../lambda/core/plan-set';
import { copiedAtCreation, lateCopies, type TaggedVolume } from '../../lambda/core/set-tags';
import { ROOM_FOR_TAGS } from '../../lambda/core/snapshot-tags';

const plan = (...keys: readonly string[]) => ({ ...WHOLE_SET, copyTags: true, tags: keys.map((Key) => ({ Key, Value: 'policy' })) });
const volume = (volumeId: string, ...keys: readonly string[]): TaggedVolume => ({
  volumeId,
  tags: new Map(keys.map((key) => [key, 'volume'])),
});
const keys = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `k${String(index).padStart(2, '0')}`);

describe('EC2 copies the tags itself', () => {
  it.each<[string, readonly TaggedVolume[], number]>([
    ['where nothing stands against it', [volume('vol-1', 'Name'), volume('vol-2', 'Name', 'Team')], 2],
    ['where volumes have no tags', [volume('vol-1')], 0],
    ["beside tags of AWS's, which count for nothing", [volume('vol-1', 'Name', 'aws:cloudformation:stack-name', 'AWS:x')], 1],
    ['up to all the room that is left', [volume('vol-1', ...keys(ROOM_FOR_TAGS - 1))], ROOM_FOR_TAGS - 1],
  ])('%s', (_, volumes, most) => {
    expect(copiedAtCreation(plan('Env'), volumes)).toBe(most);
  });

  it.each<[string, readonly TaggedVolume[]]>([
    ['where one volume has a key of the policy', [volume('vol-1', 'Name'), volume('vol-2', 'Env')]],
    ['where one volume has a key of ours', [volume('vol-1', 'stillpoint:policy-id')]],
    ['in any case', [volume('vol-1', 'Stillpoint:Policy-Id')]],
    ['where they are too many', [volume('vol-1', ...keys(ROOM_FOR_TAGS))]],
  ])('not %s', (_, volumes) => {
    expect(copiedAtCreation(plan('Env'), volumes)).toBeUndefined();
  });

  it('not where no schedule asks for it', () => {
    expect(copiedAtCreation({ ...plan(), copyTags: false }, [volume('vol-1', 'Name')])).toBeUndefined();
  });
});

it('copied later the policy wins, ours are left alone, and what has no room is told', () => {
  const many = keys(ROOM_FOR_TAGS);
  const [mixed, full] = lateCopies(plan('Env'), [
    volume('vol-1', 'Name', 'Env', 'stillpoint:orphan', 'aws:x', 'env'),
    volume('vol-2', ...[...many].reverse()),
  ]);
  expect(mixed).toEqual({ volumeId: 'vol-1', tags: { Name: 'volume', env: 'volume' }, leftOut: [] });
  expect(Object.keys(full?.tags ?? {})).toEqual(many.slice(0, -1));
  expect(full?.leftOut).toEqual(many.slice(-1));
});

it('where the policy’s tags of an earlier release fill more than all the room, nothing is copied', () => {
  const full = plan(...keys(ROOM_FOR_TAGS + 1));
  expect(copiedAtCreation(full, [volume('vol-1', 'Name')])).toBeUndefined();
  expect(lateCopies(full, [volume('vol-1', 'Name', 'Team')])).toEqual([{ volumeId: 'vol-1', tags: {}, leftOut: ['Name', 'Team'] }]);
});

it('whatever the volumes carry, all that fits is copied in one of the two ways, and nothing else', () => {
  const key = fc.oneof(
    fc.constantFrom('Name', 'Env', 'aws:x', 'stillpoint:confirmed', 'STILLPOINT:x', '__proto__'),
    fc.string({ minLength: 1, maxLength: 5 }),
  );
  const volumes = fc.array(fc.uniqueArray(key, { maxLength: 50 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: ROOM_FOR_TAGS }), volumes, (policyKeys, volumeKeys) => {
      const all = volumeKeys.map((list, index) => volume(`vol-${index}`, ...list));
      const most = copiedAtCreation(plan(...policyKeys), all);
      for (const [index, { tags, leftOut }] of lateCopies(plan(...policyKeys), all).entries()) {
        const copied = Object.keys(tags);
        expect(copied.length + policyKeys.length).toBeLessThanOrEqual(ROOM_FOR_TAGS);
        expect(copied.filter((one) => policyKeys.includes(one) || /^(aws|stillpoint):/i.test(one))).toEqual([]);
        expect(leftOut.length === 0 || copied.length + policyKeys.length === ROOM_FOR_TAGS).toBe(true);
        const users = (volumeKeys[index] ?? []).filter((one) => !/^aws:/i.test(one));
        if (most !== undefined) expect([...copied].sort()).toEqual([...users].sort());
      }
    }),
  );
});
