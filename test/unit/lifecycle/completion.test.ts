import { completionOf } from '../../../lambda/core/lifecycle/completion';
import { type Member, snapshotSets, tagged } from '../../../lambda/core/lifecycle/snapshot-set';
import { AT, member, setOf } from './sets';

const CONFIRMED = { tags: new Map([['stillpoint:confirmed', AT.toISOString()]]) };
const OF_TWO = { tags: new Map([['stillpoint:members', '2']]) };
const WITHDRAWN = { consistency: 'none', reason: 'late-failure' };

test.each<[string, readonly Partial<Member>[], string]>([
  ['proven, and completed', [{}, {}], 'confirm'],
  ['proven, and completed in part', [{}, { state: 'pending' }], 'none'],
  ['proven, and completed as far as EC2 lists it', [OF_TWO], 'none'],
  ['proven, and completed, with all its members', [OF_TWO, OF_TWO], 'confirm'],
  ['reported, and completed', [{ consistency: 'reported', reason: 'no-result-line' }], 'confirm'],
  ['crash-consistent, and completed', [{ consistency: 'crash', reason: 'pre-failed' }], 'confirm'],
  ['of a stopped instance, and completed', [{ consistency: 'stopped', reason: 'instance-stopped' }], 'confirm'],
  ['confirmed before', [CONFIRMED, CONFIRMED], 'none'],
  ['confirmed in part', [CONFIRMED, {}], 'confirm'],
  ['proven, with a member in error', [{}, { state: 'error' }], 'withdraw'],
  ['proven, with a member in error and one pending', [{ state: 'pending' }, { state: 'error' }], 'withdraw'],
  ['confirmed, with a member in error since', [{ ...CONFIRMED, state: 'error' }], 'withdraw'],
  ['withdrawn before', [{ ...WITHDRAWN, state: 'error' }], 'none'],
  ['not closed yet, and completed', [{ consistency: 'pending', reason: '' }], 'none'],
  ['not closed yet, with a member in error', [{ consistency: 'pending', reason: '', state: 'error' }], 'none'],
  ['closed in part, and completed', [{}, { consistency: 'pending', reason: '' }], 'none'],
  ['in the recycle bin', [{ state: 'recoverable' }], 'none'],
  ['tagged by somebody else', [{ consistency: '', executionId: '' }], 'none'],
])('a set that is %s', (_what, members, completion) => {
  expect(completionOf(setOf(...members.map(member)))).toBe(completion);
});

test('sets are those of one attempt each, the oldest first, with their members', () => {
  const later = { attempt: '2', startedAt: new Date(AT.getTime() + 60_000) };
  const sets = snapshotSets([member({ ...later, snapshotId: 'snap-3' }), member(), member({ snapshotId: 'snap-2' })]);
  expect(sets.map(({ attempt, members }) => [attempt, members.map(({ snapshotId }) => snapshotId)])).toEqual([
    ['1', ['snap-1', 'snap-2']],
    ['2', ['snap-3']],
  ]);
});

test('tags that were written are those of all members', () => {
  const { members } = tagged(setOf(member(), member()), { 'stillpoint:confirmed': 'now' });
  expect(members.map(({ tags }) => [tags.get('stillpoint:confirmed'), tags.get('stillpoint:policy-id')])).toEqual(
    Array(2).fill(['now', 'nightly']),
  );
});
