import { commandComment, factsFromJournal, parseComment, wasClosed } from '../../../lambda/core/execution/journal';
import { runId } from '../../../lambda/core/ids';
import * as f from './fixtures';

const run = runId('nightly', new Date('2026-11-21T03:00:00Z'));

describe('the Comment of a command', () => {
  test.each([{ stage: 'pre' }, { stage: 'post', outcome: 'created' }, { stage: 'post', outcome: 'unknown' }] as const)(
    'is read back: %j',
    (key) => {
      expect(parseComment(commandComment(run, 2, key))).toEqual({ runId: run, attempt: 2, key });
    },
  );
  test('stays within 100 characters for the longest policy id', () => {
    const longest = runId('x'.repeat(40), new Date('2026-11-21T03:00:00Z'));
    expect(commandComment(longest, 4, { stage: 'post', outcome: 'created' }).length).toBeLessThanOrEqual(100);
  });
  test.each(['', 'patching', 'stillpoint run attempt x pre', 'stillpoint run attempt 1 post', 'stillpoint run attempt 1 pre later'])(
    'of others is not ours: %j',
    (comment) => {
      expect(parseComment(comment)).toBeUndefined();
    },
  );
});

describe('facts from the journal', () => {
  const set = { members: f.MEMBERS, consistency: 'pending' };
  const pre = { attempt: 1, key: { stage: 'pre' }, script: f.succeeded() } as const;
  const post = (outcome: 'created' | 'unknown') => ({ attempt: 1, key: { stage: 'post', outcome }, script: f.open }) as const;

  test('are none where AWS knows nothing', () => expect(factsFromJournal([], [])).toEqual({ attempts: [] }));
  test('a set found before any post counts as answered', () => {
    expect(factsFromJournal([pre], [{ ...set, attempt: 1 }]).attempts[0]).toMatchObject({ interrupted: true, set: f.created, posts: [] });
  });
  test('so does one whose post was told `created`', () => {
    expect(factsFromJournal([pre, post('created')], [{ ...set, attempt: 1 }]).attempts[0]?.set).toEqual(f.created);
  });
  test('one whose post was told `unknown` does not', () => {
    expect(factsFromJournal([pre, post('unknown')], [{ ...set, attempt: 1 }]).attempts[0]?.set).toEqual(f.foundLater);
  });
  test('no set after a pre that succeeded is unclear', () => {
    expect(factsFromJournal([pre], []).attempts[0]?.set).toEqual(f.unclear);
  });
  test('no set after a pre that failed is none', () => {
    expect(factsFromJournal([{ ...pre, script: f.failed(206) }], []).attempts[0]?.set).toBeUndefined();
  });
  test('attempts come in their order, a set without attempt is the plain one', () => {
    const facts = factsFromJournal([{ ...pre, attempt: 2 }, pre], [{ ...set, attempt: undefined }]);
    expect(facts.attempts.map((attempt) => attempt.number)).toEqual([1, 2]);
    expect(facts.plainSet).toEqual(f.foundLater);
  });
  test('an execution counts as closed once all of its sets have their final consistency', () => {
    const closed = { ...set, attempt: 1, consistency: 'closed' };
    expect(wasClosed([])).toBe(false);
    expect(wasClosed([closed, { ...set, attempt: 2 }])).toBe(false);
    expect(wasClosed([closed, { ...closed, attempt: 2 }])).toBe(true);
  });
});
