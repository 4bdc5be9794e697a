import fc from 'fast-check';
import type { ConcludedSet } from '../../lambda/core/execution/conclude';
import { CLOSING_TAG_KEYS, creationTags, freezeTags, ROOM_FOR_TAGS, TAG, verdictTags } from '../../lambda/core/snapshot-tags';
import { line, MEMBERS } from './execution/fixtures';

const concluded: ConcludedSet = { members: MEMBERS, consistency: 'application', reason: 'proven', postScript: 'SUCCESS' };
const withCoordinates = (coordinates: Readonly<Record<string, string>>) => freezeTags({ ...concluded, line: line(), coordinates }, 0);

test('a set is pending at creation and closed by its verdict', () => {
  const set = {
    policyId: 'nightly',
    schedules: ['a', 'b'],
    executionId: 'e',
    instanceId: 'i-1',
    attempt: 2,
    preScript: 'SUCCESS',
    expires: undefined,
    tags: [],
  } as const;
  expect(creationTags(set)).toEqual({
    'stillpoint:policy-id': 'nightly',
    'stillpoint:schedule-name': 'a, b',
    'stillpoint:execution-id': 'e',
    'stillpoint:instance-id': 'i-1',
    'stillpoint:attempt': '2',
    'stillpoint:pre-script': 'SUCCESS',
    'stillpoint:consistency': 'pending',
  });
  expect(creationTags({ ...set, attempt: undefined })).not.toHaveProperty(['stillpoint:attempt']);
  expect(creationTags({ ...set, expires: new Date('2026-11-28T03:00:07Z') })).toMatchObject({
    'stillpoint:expiration-time': '2026-11-28T03:00:07.000Z',
  });
  expect(creationTags({ ...set, preScript: 'FAILED', tags: [{ Key: 'Team', Value: 'db' }] })).toMatchObject({
    'stillpoint:pre-script': 'FAILED',
    Team: 'db',
  });
  expect(verdictTags(concluded)).toEqual({
    'stillpoint:consistency': 'application',
    'stillpoint:reason': 'proven',
    'stillpoint:members': '2',
    'stillpoint:post-script': 'SUCCESS',
  });
  expect(verdictTags({ ...concluded, postScript: undefined })).not.toHaveProperty(['stillpoint:post-script']);
});

describe('the tags that tell of the freeze', () => {
  test('name how long, by whom, which filesystems, and where the application stood', () => {
    expect(withCoordinates({ gtid: '3e11fa47:1-5', 'binlog.file': 'binlog.000007' })).toEqual({
      'stillpoint:held-ms': '812',
      'stillpoint:thawed-by': 'post',
      'stillpoint:held': '/data0 /data1',
      'stillpoint:result-gtid': '3e11fa47:1-5',
      'stillpoint:result-binlog.file': 'binlog.000007',
    });
  });

  test('are none where the document told nothing', () => {
    expect(freezeTags(concluded, 0)).toEqual({});
  });

  test('name no filesystem where none was held', () => {
    expect(freezeTags({ ...concluded, line: line({ filesystems: [] }) }, 0)).toEqual({
      'stillpoint:held-ms': '812',
      'stillpoint:thawed-by': 'post',
    });
  });

  test('say where they were cut, and leave out what is too much', () => {
    const coordinates = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`key${index}`, 'é'.repeat(256 + (index % 2))]));
    const tags = withCoordinates({ ...coordinates, ['long'.repeat(40)]: 'left out', a: 'two\nlines' });
    expect(Object.keys(tags).filter((key) => key.startsWith('stillpoint:result-'))).toHaveLength(15);
    expect(tags['stillpoint:result-key0']).toBe('é'.repeat(256));
    expect(tags['stillpoint:result-key1']).toBe(`${'é'.repeat(253)}...`);
    expect(tags['stillpoint:result-a']).toBe('two lines');
  });

  test('leave out coordinates before they leave out anything else', () => {
    const coordinates = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`key${index}`, 'x']));
    const all = (others: number) => Object.keys(freezeTags({ ...concluded, line: line(), coordinates }, others)).length;
    expect([all(0), all(ROOM_FOR_TAGS - 2), all(ROOM_FOR_TAGS), all(50)]).toEqual([18, 5, 3, 3]);
  });

  /** As IAM reads the patterns: only `*` is special. */
  const mayWrite = (key: string): boolean =>
    CLOSING_TAG_KEYS.some((allowed) => (allowed.endsWith('*') ? key.startsWith(allowed.slice(0, -1)) : key === allowed));

  test('are what EC2 takes and our role may write, whatever a document prints', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'grapheme', minLength: 100, maxLength: 300 }));
    const odd = fc.oneof(text, fc.constantFrom('consistency', '../policy-id', '__proto__', '', '\udcff', `${'a'.repeat(252)}😀😀`));
    const mounts = fc.array(odd, { maxLength: 20 });
    fc.assert(
      fc.property(fc.dictionary(odd, odd, { maxKeys: 30 }), mounts, fc.double(), (coordinates, held, heldMs) => {
        const [filesystem] = line().filesystems;
        const filesystems = held.map((mount) => ({ ...filesystem!, mount }));
        const set = { ...concluded, line: line({ heldMs, filesystems }), coordinates };
        const tags = Object.entries({ ...verdictTags(set), ...freezeTags(set, 0) });
        // With those that it was created with, far below the 50 of a resource.
        expect(tags.length).toBeLessThanOrEqual(7 + 15);
        expect(tags.filter(([key, value]) => key.length > 127 || value.length > 256)).toEqual([]);
        expect(tags.filter((tag) => /\p{C}/u.test(tag.join('')))).toEqual([]);
        expect(tags.filter(([key]) => !mayWrite(key))).toEqual([]);
        expect(Object.fromEntries(tags)[TAG.consistency]).toBe('application');
      }),
    );
    expect(mayWrite(TAG.policyId)).toBe(false);
  });
});
