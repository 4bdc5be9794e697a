import { decide, MAX_RECOVERY_THAWS, MAX_UNDELIVERED_POSTS, type Situation, type Step } from '../../../lambda/core/execution/decide';
import type { Attempt, Facts } from '../../../lambda/core/execution/facts';
import * as f from './fixtures';

const situation = (changes: Partial<Situation> = {}): Situation => ({
  plan: f.plan(),
  traits: { parameters: new Set(), recordsBackupInPost: false },
  firstAttempt: 1,
  thawOnly: false,
  ...changes,
});
const facts = (attempt: Partial<Attempt>, more: Partial<Facts> = {}): Facts => ({ attempts: [f.attempt(attempt)], ...more });
const next = (from: Facts, changes: Partial<Situation> = {}): Step => decide(situation(changes), from);
const withPlan = (changes: Parameters<typeof f.plan>[0]) => ({ plan: f.plan(changes) });
const records = { traits: { parameters: new Set<string>(), recordsBackupInPost: true } };

const CLOSE: Step = { do: 'close' };
const PLAIN: Step = { do: 'create-plain-set' };
const begin = (attempt: number, pause = false): Step => ({ do: 'begin', attempt, pause });
const post = (outcome: 'created' | 'failed' | 'unknown', recovery = false): Step => ({ do: 'send-post', outcome, recovery });

type Row = readonly [behaviour: string, from: Facts, expected: Step, changes?: Partial<Situation>];
const each = (rows: readonly Row[]) => {
  for (const [behaviour, from, expected, changes] of rows) test(behaviour, () => expect(next(from, changes)).toEqual(expected));
};

describe('the way of an attempt', () => {
  each([
    ['begins the attempt that the message asks for', { attempts: [] }, begin(2), { firstAttempt: 2 }],
    ['sends pre once admitted', facts({}), { do: 'send-pre' }],
    ['follows an open pre', facts({ pre: f.open }), { do: 'end-script', stage: 'pre', cancel: false }],
    ['creates the set after pre', facts({ pre: f.succeeded() }), { do: 'create-set' }],
    ['creates the set first where the policy has POST only', facts({}), { do: 'create-set' }, withPlan({ stages: ['post'] })],
    ['sends post after the set', facts({ pre: f.succeeded(), set: f.created }), post('created')],
    ['sends post also when no set was made', facts({ pre: f.succeeded(), set: f.createFailed }), post('failed')],
    ['sends post before it looks for an unclear set', facts({ pre: f.succeeded(), set: f.unclear }), post('unknown')],
    ['looks for an unclear set after post', facts({ pre: f.succeeded(), set: f.unclear, posts: [f.succeeded()] }), { do: 'find-set' }],
    [
      'follows an open post',
      facts({ pre: f.succeeded(), set: f.created, posts: [f.open] }),
      { do: 'end-script', stage: 'post', cancel: false },
    ],
    ['closes after post', facts({ pre: f.succeeded(), set: f.created, posts: [f.succeeded()] }), CLOSE],
    ['sends no post where the policy has PRE only', facts({ pre: f.succeeded(), set: f.created }), CLOSE, withPlan({ stages: ['pre'] })],
    ['makes a plain set without scripts', facts({}), PLAIN, { plan: undefined }],
    ['closes after a plain set', facts({}, { plainSet: f.foundLater }), CLOSE, { plan: undefined }],
    ['looks for an unclear plain set', facts({}, { plainSet: f.unclear }), { do: 'find-set' }, { plan: undefined }],
  ]);
});

describe('retries', () => {
  const max = (maximumRetryCount: number) => withPlan({ maximumRetryCount });
  each([
    ['the whole attempt again after a failed pre, at once', facts({ pre: f.failed(205) }), begin(2)],
    ['after a pause on 206', facts({ pre: f.failed(206) }), begin(2, true)],
    ['after a pause on 204', facts({ pre: f.failed(204) }), begin(2, true)],
    ['no more than MaximumRetryCount, then the fallback', facts({ pre: f.failed(206) }), PLAIN, max(0)],
    [
      'no fallback where the policy forbids it',
      facts({ pre: f.failed(206) }),
      CLOSE,
      withPlan({ maximumRetryCount: 0, executeOperationOnScriptFailure: false }),
    ],
    ['only post again after a failed post', facts({ pre: f.succeeded(), set: f.created, posts: [f.failed(202)] }), post('created')],
    ['only post again after a post that timed out', facts({ pre: f.succeeded(), set: f.created, posts: [f.timedOut()] }), post('created')],
    ['post no more than MaximumRetryCount', facts({ pre: f.succeeded(), set: f.created, posts: [f.failed(202), f.failed(202)] }), CLOSE],
    ['no post retry on 203', facts({ pre: f.succeeded(), set: f.created, posts: [f.failed(203)] }), CLOSE],
    ['no post retry on 205', facts({ pre: f.succeeded(), set: f.created, posts: [f.failed(205)] }), CLOSE],
    [
      'a post that SSM lost costs no retry',
      facts({ pre: f.succeeded(), set: f.created, posts: [f.lost, f.refused] }),
      post('created'),
      max(0),
    ],
    [
      'but is not sent for ever',
      facts({ pre: f.succeeded(), set: f.created, posts: Array.from({ length: MAX_UNDELIVERED_POSTS }, () => f.lost) }),
      CLOSE,
      max(3),
    ],
    ['a new attempt where no set was made', facts({ pre: f.succeeded(), set: f.createFailed, posts: [f.succeeded()] }), begin(2)],
    ['a plain set where none was made at last', facts({ pre: f.succeeded(), set: f.createFailed, posts: [f.succeeded()] }), PLAIN, max(0)],
    [
      'a new attempt where the set was only found later',
      facts({ pre: f.succeeded(), set: f.foundLater, posts: [f.succeeded()] }),
      begin(2),
    ],
    ['the set that was found later at last', facts({ pre: f.succeeded(), set: f.foundLater, posts: [f.succeeded()] }), CLOSE, max(0)],
    [
      'never on top of a freeze that may still be there',
      facts({ pre: f.succeeded(), set: f.createFailed, posts: [f.failed(202), f.failed(202)] }),
      PLAIN,
    ],
  ]);
});

describe('the recovery thaw', () => {
  const thaws = (count: number) => Array.from({ length: count }, () => f.failed(202));
  each([
    ['after a pre that timed out', facts({ pre: f.timedOut() }), post('failed', true)],
    ['after a pre that failed with 201', facts({ pre: f.failed(201) }), post('failed', true)],
    ['after a pre that failed with an unlisted code', facts({ pre: f.failed(201, 17) }), post('failed', true)],
    ['after a pre whose command was lost', facts({ pre: f.lost }), post('failed', true)],
    ['until it is confirmed', facts({ pre: f.timedOut(), posts: thaws(MAX_RECOVERY_THAWS - 1) }), post('failed', true)],
    ['a bounded number of times, and no attempt after that', facts({ pre: f.timedOut(), posts: thaws(MAX_RECOVERY_THAWS) }), PLAIN],
    ['then the next attempt', facts({ pre: f.timedOut(), posts: [f.failed(205)] }), begin(2)],
    ['but no attempt beside a pre-script that still runs', facts({ pre: f.timedOut(true, true), posts: [f.succeeded()] }), PLAIN],
    ['not after 204', facts({ pre: f.failed(204) }), begin(2, true)],
    ['not after 205', facts({ pre: f.failed(205) }), begin(2)],
    ['not after 206', facts({ pre: f.failed(206) }), begin(2, true)],
    ['not for a script that never started', facts({ pre: f.timedOut(false) }), begin(2)],
    ['not for a script that SSM refused, nor a retry of it', facts({ pre: f.refused }), PLAIN],
    ['not where post records a backup, and then no attempt on top of what may be frozen', facts({ pre: f.timedOut() }), PLAIN, records],
    ['there a pre-script that failed by itself is sent again', facts({ pre: f.failed(201) }), begin(2), records],
    [
      'there with RecoveryThaw always',
      facts({ pre: f.timedOut() }),
      post('failed', true),
      { ...records, ...withPlan({ recoveryThaw: 'always' }) },
    ],
    ['204 is never answered with a thaw', facts({ pre: f.failed(204) }), begin(2, true), withPlan({ recoveryThaw: 'always' })],
    ['nowhere with RecoveryThaw never', facts({ pre: f.timedOut() }), PLAIN, withPlan({ recoveryThaw: 'never' })],
    ['no attempt where a lost pre-script may still come', facts({ pre: f.lost, posts: [f.failed(205)] }), PLAIN],
    ['but where its document would refuse it now', facts({ pre: f.lost, posts: [f.failed(205, 205, f.line())] }), begin(2)],
    ['not where the policy has PRE only', facts({ pre: f.timedOut() }), begin(2), withPlan({ stages: ['pre'] })],
  ]);
});

describe('refusals', () => {
  const refusal = (why: NonNullable<Attempt['refusal']>['why']) => facts({ refusal: { why, detail: '' } });
  each([
    ['expired ends it', refusal('expired'), CLOSE],
    [
      'a retry that comes too late still gets the fallback',
      { attempts: [f.attempt({ pre: f.failed(206) }), f.attempt({ number: 2, refusal: { why: 'expired', detail: '' } })] },
      PLAIN,
    ],
    ['a disabled policy ends it', refusal('policy-disabled'), CLOSE],
    ['an instance that is gone ends it', refusal('instance-gone'), CLOSE],
    ['a stack that is being removed ends it: no fallback', refusal('stack-removed'), CLOSE],
    ['an instance without a target tag ends it: no fallback', refusal('not-a-target'), CLOSE],
    ['a stopped instance gets its set without scripts', refusal('instance-stopped'), PLAIN],
    ['also where no fallback is wanted', refusal('instance-stopped'), PLAIN, withPlan({ executeOperationOnScriptFailure: false })],
    ['an unmanaged instance gets the fallback', refusal('agent-unmanaged'), PLAIN],
    ['or none where no fallback is wanted', refusal('agent-unmanaged'), CLOSE, withPlan({ executeOperationOnScriptFailure: false })],
    ['a foreign freeze is tried again after a pause', refusal('foreign-freeze'), begin(2, true)],
    ['an instance that starts or stops is tried again after a pause', refusal('instance-in-transit'), begin(2, true)],
    ['busy volumes end in a set where there are no scripts', refusal('snapshots-pending'), PLAIN, { plan: undefined }],
  ]);
});

describe('thaw only', () => {
  each([
    ['begins nothing', { attempts: [] }, CLOSE, { thawOnly: true }],
    [
      'thaws what the journal leaves open',
      facts({ interrupted: true, pre: f.succeeded(), set: f.unclear }),
      post('unknown'),
      { thawOnly: true },
    ],
    ['makes no new attempt', facts({ pre: f.failed(206) }), CLOSE, { thawOnly: true }],
    ['makes no fallback', facts({ pre: f.failed(206) }), CLOSE, { thawOnly: true, ...withPlan({ maximumRetryCount: 0 }) }],
  ]);
});
