import { conclude, type Subject } from '../../../lambda/core/execution/conclude';
import { executionMetrics } from '../../../lambda/core/execution/execution-metrics';
import type { Attempt, Facts, Refusal } from '../../../lambda/core/execution/facts';
import { freezeReport } from '../../../lambda/core/execution/freeze-report';
import { withRefusal } from '../../../lambda/core/execution/progress';
import { attemptId } from '../../../lambda/core/ids';
import * as f from './fixtures';

const EXECUTION = 'nightly@2026-11-21T03:00Z/i-00000000000000001';
const subject = (changes: Partial<Subject> = {}): Subject => ({ executionId: EXECUTION, plan: f.plan(), thawOnly: false, ...changes });
const facts = (attempt: Partial<Attempt>, more: Partial<Facts> = {}): Facts => ({ attempts: [f.attempt(attempt)], ...more });
const uuid = attemptId(EXECUTION, 1);
const good: Partial<Attempt> = {
  pre: f.succeeded(f.preLine({ executionId: uuid })),
  set: f.created,
  posts: [f.succeeded(f.line({ executionId: uuid }))],
};
const noScripts = subject({ plan: undefined });

type Row = readonly [string, Subject, Facts, object];
test.each<Row>([
  ['proven', subject(), facts(good), { result: 'success', consistency: 'application', reason: 'proven', cause: undefined, attempts: 1 }],
  [
    "reported is what users' own documents can give",
    subject(),
    facts({ ...good, posts: [f.succeeded()] }),
    { result: 'success', consistency: 'reported' },
  ],
  [
    'post failed',
    subject(),
    facts({ ...good, posts: [f.failed(202)] }),
    { result: 'failed', consistency: 'crash', reason: 'post-failed', cause: 202, possiblyFrozen: { why: 'thaw-unconfirmed', attempt: 1 } },
  ],
  [
    'auto-thawed',
    subject(),
    facts({ ...good, posts: [f.failed(203)] }),
    { result: 'failed', consistency: 'crash', reason: 'auto-thawed', cause: 203, possiblyFrozen: undefined },
  ],
  [
    'not ready, without fallback',
    subject(),
    facts({ pre: f.failed(206) }),
    { result: 'failed', consistency: 'none', reason: 'pre-failed', cause: 206, detail: 'exit code 206' },
  ],
  [
    'the document says why',
    subject(),
    facts({ pre: f.failed(206, 206, f.preLine({ error: 'replica is syncing' })) }),
    { detail: 'replica is syncing' },
  ],
  [
    'the fallback tells why it is one',
    subject(),
    facts({ pre: f.failed(206) }, { plainSet: f.foundLater }),
    { result: 'failed', consistency: 'crash', reason: 'pre-failed', cause: 206 },
  ],
  [
    'timed out',
    subject(),
    facts({ pre: f.timedOut(), posts: [f.failed(205)] }),
    { reason: 'pre-timed-out', cause: 201, possiblyFrozen: undefined },
  ],
  [
    'never started',
    subject(),
    facts({ pre: f.timedOut(false) }),
    { reason: 'pre-timed-out', detail: 'the pre-script never started', possiblyFrozen: undefined },
  ],
  [
    'lost',
    subject(),
    facts({ pre: f.lost }),
    { reason: 'pre-unclear', cause: 201, possiblyFrozen: { why: 'pre-script-open', attempt: 1 } },
  ],
  ['killed, without a recovery thaw', subject(), facts({ pre: f.timedOut() }), { possiblyFrozen: { why: 'not-thawed', attempt: 1 } }],
  [
    'cancelled but perhaps still to start, thawed by a document that does not remember',
    subject(),
    facts({ pre: f.timedOut(true, true), posts: [f.failed(205)] }),
    { possiblyFrozen: { why: 'pre-script-open', attempt: 1 } },
  ],
  [
    'the same, thawed by one that does',
    subject(),
    facts({ pre: f.timedOut(true, true), posts: [f.failed(205, 205, f.line({ result: 'not-held' }))] }),
    { possiblyFrozen: undefined },
  ],
  ['refused', subject(), facts({ pre: f.refused }), { reason: 'pre-refused', cause: 201, detail: 'InvalidInstanceId: not managed' }],
  ['held by another', subject(), facts({ pre: f.failed(204) }), { possiblyFrozen: { why: 'held-by-another', attempt: 1 } }],
  ['open for ever', subject(), facts({ pre: f.open }), { possiblyFrozen: { why: 'pre-script-open', attempt: 1 } }],
  [
    'pre timed out in a policy with PRE only',
    subject({ plan: f.plan({ stages: ['pre'] }) }),
    facts({ pre: f.timedOut() }),
    { possiblyFrozen: undefined },
  ],
  ['post timed out', subject(), facts({ ...good, posts: [f.timedOut()] }), { cause: 202 }],
  [
    'CreateSnapshots failed',
    subject(),
    facts({ ...good, set: f.createFailed }),
    { consistency: 'none', reason: 'create-failed', detail: 'RequestLimitExceeded: slow down' },
  ],
  [
    'the plain CreateSnapshots failed',
    noScripts,
    facts({}, { plainSet: f.createFailed }),
    { result: 'failed', consistency: 'none', reason: 'create-failed' },
  ],
  [
    'no scripts asked for',
    noScripts,
    facts({}, { plainSet: f.foundLater }),
    { result: 'success', consistency: 'crash', reason: 'no-scripts' },
  ],
  [
    'stopped',
    subject(),
    facts({ refusal: { why: 'instance-stopped', detail: 'stopped' } }, { plainSet: f.foundLater }),
    { result: 'success', consistency: 'stopped', reason: 'instance-stopped' },
  ],
  [
    'expired',
    subject(),
    facts({ refusal: { why: 'expired', detail: '61 min' } }),
    { result: 'failed', consistency: 'none', reason: 'expired', detail: '61 min' },
  ],
  [
    'thaw only, nothing found',
    subject({ thawOnly: true }),
    { attempts: [] },
    { result: 'failed', consistency: 'none', reason: 'thaw-only', attempts: 0 },
  ],
  [
    'POST only is what was asked for',
    subject({ plan: f.plan({ stages: ['post'] }) }),
    facts({ set: f.created, posts: [f.succeeded()] }),
    { result: 'success', consistency: 'crash', reason: 'post-only' },
  ],
])('%s', (_case, who, from, expected) => {
  expect(conclude(who, from)).toMatchObject(expected);
});

describe('a doubt about an earlier attempt', () => {
  const doubtful = f.attempt({ pre: f.timedOut() });
  const doubt = (...later: Attempt[]) => conclude(subject(), { attempts: [doubtful, ...later] }).possiblyFrozen;
  test('stays where later attempts never held', () => {
    expect(doubt(f.attempt({ number: 2, pre: f.failed(206) }))).toEqual({ why: 'not-thawed', attempt: 1 });
  });
  test('is cleared by one that held and was thawed', () => {
    expect(doubt(f.attempt({ ...good, number: 2 }))).toBeUndefined();
  });
  test('of another holder is over once the next attempt was answered otherwise', () => {
    const { possiblyFrozen } = conclude(subject(), {
      attempts: [f.attempt({ pre: f.failed(204) }), f.attempt({ number: 2, pre: f.failed(206) })],
    });
    expect(possiblyFrozen).toBeUndefined();
  });
});

test('the set of an earlier attempt is concluded beside the one that counts', () => {
  const earlier = f.attempt({ ...good, set: f.foundLater });
  const { sets, set } = conclude(subject(), { attempts: [earlier, f.attempt({ number: 2, pre: f.failed(206) })], plainSet: f.foundLater });
  expect(sets.map(({ consistency, reason }) => [consistency, reason])).toEqual([
    ['crash', 'create-unclear'],
    ['crash', 'pre-failed'],
  ]);
  expect(set).toBe(sets[1]);
});

describe('coordinates', () => {
  const application = { name: 'postgresql', quiesced: true, coordinates: { lsn: '0/16B3748' } };
  const pre = f.succeeded(f.preLine({ application, executionId: uuid }));
  const post = f.line({ application, executionId: uuid });
  const coordinates = (changes: Partial<Attempt>, more: Partial<Facts> = {}) =>
    conclude(subject(), facts({ pre, set: f.created, posts: [f.succeeded(post)], ...changes }, more)).set?.coordinates;

  test('are those of the set that was made within the hold', () => {
    expect(coordinates({})).toEqual({ lsn: '0/16B3748' });
    const filesystems = post.filesystems.map((filesystem) => ({ ...filesystem, volumes: [] }));
    expect(coordinates({ posts: [f.succeeded({ ...post, filesystems })] })).toEqual({ lsn: '0/16B3748' });
  });
  test.each<readonly [string, Partial<Attempt>, Partial<Facts>]>([
    ['a hold that was lost', { posts: [f.failed(203, 203, { ...post, result: 'failed' })] }, {}],
    ['a set that may have been made after the release', { set: f.foundLater }, {}],
    ['a fallback, made later than what was held', { set: f.createFailed }, { plainSet: f.foundLater }],
    ['another attempt', { posts: [f.succeeded({ ...post, executionId: f.UUID })] }, {}],
    ['a post-script whose pre-script said nothing', { pre: f.succeeded() }, {}],
    ['a pre-script alone', { posts: [f.succeeded()] }, {}],
  ])('are not told of %s', (_case, changes, more) => expect(coordinates(changes, more)).toBeUndefined());
});

describe('metrics', () => {
  const metrics = (from: Facts, who = subject()) => executionMetrics(from, conclude(who, from));
  const scripts = (from: Facts, who = subject()) => Object.keys(metrics(from, who)).filter((name) => /^(Pre|Post)Script/.test(name));
  const refusedFor = (why: Refusal) => withRefusal({ attempts: [] }, 1, why, '', f.AT);

  test('count an instance once, however many attempts it took, and leave out what is zero', () => {
    const retried: Facts = { attempts: [f.attempt({ pre: f.failed(206) }), f.attempt({ ...good, number: 2 })] };
    expect(metrics(retried)).toEqual({
      PreScriptStarted: 1,
      PreScriptCompleted: 1,
      PostScriptStarted: 1,
      PostScriptCompleted: 1,
      SnapshotsCreateStarted: 2,
      ExecutionsFailed: 1, // the second attempt's result lines are of the first attempt's UUID
      ExecutionsCrash: 1,
      Retries: 1,
      FreezeWindow: [812],
    });
  });

  test('count a failure of each script, with its cause', () => {
    const notReady = metrics(facts({ pre: f.failed(206) }));
    expect(notReady).toMatchObject({ PreScriptFailed: 1, SnapshotsCreateFailed: 1, ExecutionsFailed: 1, ExecutionsNone: 1 });
    expect(notReady).toMatchObject({ Causes: 1, Cause206: 1 });
    const notThawed = metrics(facts({ ...good, posts: [f.failed(202), f.failed(202)] }));
    expect(notThawed).toMatchObject({ PreScriptCompleted: 1, PostScriptFailed: 1, Causes: 1, Cause202: 1, PossiblyFrozen: 1, Retries: 1 });
    expect(notThawed).not.toHaveProperty('SnapshotsCreateFailed');
  });

  test('count a script that was refused before it was sent as failed', () => {
    expect(scripts({ ...refusedFor('agent-unmanaged'), plainSet: f.foundLater })).toEqual(['PreScriptFailed']);
    expect(scripts(refusedFor('expired'))).toEqual([]);
  });

  test('count no script and no cause for a stopped instance or a policy without', () => {
    const stopped = facts({ refusal: { why: 'instance-stopped', detail: '' } }, { plainSet: f.foundLater });
    expect(metrics(stopped)).toEqual({ SnapshotsCreateStarted: 2, ExecutionsSucceeded: 1, ExecutionsStopped: 1 });
    expect(metrics(facts({}, { plainSet: f.foundLater }), noScripts)).toEqual({
      SnapshotsCreateStarted: 2,
      ExecutionsSucceeded: 1,
      ExecutionsCrash: 1,
    });
  });

  test('tell the freeze window of every attempt that froze', () => {
    const short = { ...good, posts: [f.succeeded(f.line({ heldMs: 95 }))] };
    const { FreezeWindow } = metrics({ attempts: [f.attempt(short), f.attempt({ ...good, number: 2 }), f.attempt({ number: 3 })] });
    expect(FreezeWindow).toEqual([95, 812]);
  });
});

describe('the freeze report', () => {
  test('is what the instance measured', () => {
    expect(freezeReport(f.attempt(good))).toMatchObject({ freeze_window_ms: 812, freeze_window_source: 'instance', thawed_by: 'post' });
    expect(freezeReport(f.attempt(good)).coverage[0]).toEqual({
      mount: '/data0',
      type: 'ext4',
      volumes: ['vol-00000000000000001'],
      held: true,
      reason: '',
    });
  });
  test('is bounded by the commands where the document says nothing', () => {
    expect(freezeReport(f.attempt({ pre: f.succeeded(), posts: [f.succeeded()] }))).toMatchObject({
      freeze_window_ms: 2_000,
      freeze_window_source: 'commands',
    });
  });
  test('tells of an auto-thaw from a post that failed with 203', () => {
    const line = f.line({ thawedBy: 'auto-thaw', result: 'auto-thawed' });
    expect(freezeReport(f.attempt({ ...good, posts: [f.failed(203, 203, line)] }))).toMatchObject({ thawed_by: 'auto-thaw' });
  });
  test('is empty where nothing was frozen', () => {
    const none = { freeze_window_ms: null, freeze_window_source: '', thawed_by: '', coverage: [] };
    expect(freezeReport(undefined)).toEqual(none);
    expect(freezeReport(f.attempt({ pre: f.failed(206) }))).toEqual(none);
  });
  test('has no window where pre failed but printed its line', () => {
    const { heldMs: _none, ...line } = f.preLine({ result: 'failed' });
    expect(freezeReport(f.attempt({ pre: f.failed(206, 206, line) }))).toMatchObject({ freeze_window_ms: null, freeze_window_source: '' });
  });
});
