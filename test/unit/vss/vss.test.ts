import { limitsFor } from '../../../lambda/core/brakes/brake-settings';
import { placeOf } from '../../../lambda/core/event/common';
import { scriptDetailSchema } from '../../../lambda/core/event/script-event';
import { isVssOver, vssEvent } from '../../../lambda/core/event/vss-event';
import { endedVss } from '../../../lambda/core/execution/command-state';
import { vssPatienceMs, WORKER_TIMEOUT_MS, worstCaseMs } from '../../../lambda/core/execution/deadlines';
import { commandComment, factsFromJournal, parseComment, wasClosed } from '../../../lambda/core/execution/journal';
import { retryOf } from '../../../lambda/core/execution/retry';
import { executionId, runId } from '../../../lambda/core/ids';
import { creationTags } from '../../../lambda/core/snapshot-tags';
import { againstVss } from '../../../lambda/core/vss/against-vss';
import { VSS_DOCUMENTS } from '../../../lambda/core/vss/vss-documents';
import { vssParameters } from '../../../lambda/core/vss/vss-request';
import { isAppConsistent, tagsAfterVss, VSS_LATER_KEYS } from '../../../lambda/core/vss/vss-tags';
import * as f from '../execution/fixtures';
import * as v from './fixtures';

const DUE = new Date('2026-11-21T03:00:00Z');
const longest = 'x_-'.repeat(13);
const run = runId(longest, DUE);
const INSTANCE = 'i-0123456789abcdef0';
const ids = { policyId: longest, executionId: executionId(run, INSTANCE), instanceId: INSTANCE, attempt: 4 };

describe('the parameters of the document', () => {
  const { tags = '', ...others } = vssParameters(ids, true);
  test('are Strings as AWS publishes them', () => {
    expect(others).toEqual({ ExcludeBootVolume: 'True', executionTimeout: '600' });
    expect(vssParameters(ids, false)['ExcludeBootVolume']).toBe('False');
  });
  test('carry ids as tags, in the characters that AWS takes, each of which fits EC2’s limit', () => {
    const pairs = tags.split(';').map((pair) => /^Key=([^=,;]+),Value=([^=,;]+)$/.exec(pair)?.slice(1) ?? []);
    expect(Object.fromEntries(pairs)).toEqual({
      'stillpoint:policy-id': longest,
      'stillpoint:execution-id': ids.executionId,
      'stillpoint:instance-id': INSTANCE,
      'stillpoint:attempt': '4',
    });
    for (const text of pairs.flat()) expect(text).toMatch(/^[A-Za-z0-9() ./\\\-"'@_+:={}]{1,255}$/);
  });
});

test('what the command does not give a set is given later: all but its verdict', () => {
  const made = { ...ids, schedules: ['daily'], preScript: undefined, expires: DUE, tags: [{ Key: 'Team', Value: 'db' }] };
  expect(tagsAfterVss(creationTags(made))).toEqual([
    { 'stillpoint:schedule-name': 'daily', 'stillpoint:expiration-time': DUE.toISOString() },
    { Team: 'db' },
  ]);
});

test('no tag of a user’s takes the place of VSS’s own word', () => {
  const keys = ['AppConsistent', 'AwsVssConfig', 'Device', 'Name'];
  const made = {
    ...ids,
    schedules: ['daily'],
    preScript: undefined,
    expires: undefined,
    tags: keys.map((Key) => ({ Key, Value: 'true' })),
  };
  expect(tagsAfterVss(creationTags(made))[1]).toEqual({ Name: 'true' });
});

test('whatever a set is made with, the worker may write those of ours that VSS could not', () => {
  const made = { ...ids, schedules: ['daily'], preScript: undefined, expires: DUE, tags: [], shared: true, restoredFast: true };
  const [ours] = tagsAfterVss(creationTags(made));
  expect(Object.keys(ours).sort()).toEqual([...VSS_LATER_KEYS].sort());
});

test.each([
  [{ AwsVssConfig: '{}', AppConsistent: 'True' }, true],
  [{ AwsVssConfig: '{}', AppConsistent: 'false' }, false],
  [{ AwsVssConfig: '{}' }, false],
  [{ AppConsistent: 'true' }, false],
])('%j is VSS’s word: %s', (tags, expected) => {
  expect(isAppConsistent(new Map(Object.entries(tags)))).toBe(expected);
});

test.each([
  [{ windows: true, instanceType: 'm7i.large' }, undefined],
  [{ windows: false, instanceType: 'm7i.large' }, 'vss-not-windows'],
  ...['t2', 't3', 't3a'].flatMap((family) =>
    ['nano', 'micro'].map((size) => [{ windows: true, instanceType: `${family}.${size}` }, 'vss-instance-type'] as const),
  ),
  [{ windows: true, instanceType: 't3.small' }, undefined],
] as const)('%j: %s', (host, why) => {
  expect(againstVss(host)?.why).toBe(why);
});

describe('time', () => {
  test.each(VSS_DOCUMENTS)('an attempt by %s fits one invocation, with half a minute to spare', (document) => {
    expect(worstCaseMs(v.plan({ document, maximumRetryCount: 3, retryPause: 90 }))).toBeLessThanOrEqual(WORKER_TIMEOUT_MS - 30_000);
  });
  test('installing has time of its own, beside 600 s for the snapshots and 30 s for delivery', () => {
    const [newer, older] = VSS_DOCUMENTS;
    expect(vssPatienceMs(v.plan({ document: older }))).toBe(630_000);
    expect(vssPatienceMs(v.plan({ document: newer }))).toBe(690_000);
  });
});

describe('the journal', () => {
  const set = { attempt: 1, members: f.MEMBERS, consistency: 'pending' };
  test('a command’s Comment is read back', () => {
    const comment = commandComment(run, 2, { stage: 'vss' });
    expect(comment.length).toBeLessThanOrEqual(100);
    expect(parseComment(comment)).toEqual({ runId: run, attempt: 2, key: { stage: 'vss' } });
  });
  test('what has been made so far is to be looked at', () => {
    const facts = factsFromJournal([], [set], [{ attempt: 1, vss: v.open }]);
    expect(facts.attempts).toEqual([{ number: 1, interrupted: true, vss: v.open, set: { ...v.unseen, check: undefined }, posts: [] }]);
  });
  test('nothing made is nothing unclear', () => {
    expect(factsFromJournal([], [], [{ attempt: 1, vss: v.failed }]).attempts[0]).toMatchObject({ vss: v.failed, set: undefined });
  });
  test('attempts come in their order', () => {
    const facts = factsFromJournal(
      [],
      [{ ...set, attempt: 2 }],
      [
        { attempt: 3, vss: v.open },
        { attempt: 1, vss: v.failed },
      ],
    );
    expect(facts.attempts.map(({ number }) => number)).toEqual([1, 2, 3]);
  });
  test('a set without a consistency tag is not closed', () => expect(wasClosed([set])).toBe(false));
});

test.each([
  ['Success', { kind: 'succeeded' }],
  ['Failed', { kind: 'failed', exitCode: 1, error: 'line one line two' }],
  ['TimedOut', { kind: 'timed-out', started: true, stillRunning: false }],
  ['InProgress', { kind: 'timed-out', started: true, stillRunning: true }],
] as const)('SSM’s %s', (status, expected) => {
  const state = { status, statusDetails: '', exitCode: 1, started: true, output: 'line one\r\nline two\n', endedAt: f.LATER };
  expect(endedVss(f.COMMAND, f.AT, state, f.LATER)).toMatchObject(expected);
});

test('VSS counts as a freeze for the brakes', () => {
  const limits = [{ scope: 'account', maximum: 2 }] as const;
  expect(limitsFor({ limits, pauseAfter: 3 }, v.plan())).toBe(limits);
});

test('a retry is logged as VSS’s', () => {
  const facts = { attempts: [v.attempt({ vss: v.failed, set: v.none })] };
  expect(retryOf({ do: 'begin', attempt: 2, pause: false }, facts)).toEqual({ stage: 'vss', attempt: 2, after: 'vss-failed' });
});

describe('the event', () => {
  const context = {
    ...{ place: placeOf('arn:aws:stillpoint:eu-west-1:111122223333:policy/'), policyId: 'nightly', instanceId: 'i-1' },
    ...{ executionId: 'nightly@x/i-1', executionHandler: 'AWS_VSS_BACKUP', timeoutMs: 0 },
  };
  const detailOf = (vss: typeof v.open, attempt = v.attempt()) => scriptDetailSchema.parse(vssEvent(context, attempt, vss).detail);
  test('success is as in DLM’s sample', () => {
    const detail = detailOf(v.succeeded, v.attempt({ vss: v.succeeded, set: v.good }));
    expect(detail).toMatchObject({ script_stage: '', result: 'success', cause: '', execution_handler: 'AWS_VSS_BACKUP', timeout_time: '' });
    expect(detail.resources).toHaveLength(2);
  });
  test('initiated has no snapshots yet', () => {
    expect(detailOf(v.open)).toMatchObject({ result: 'initiated', resources: [], end_time: '' });
  });
  test('a success without VSS’s word is failed, and says why', () => {
    const detail = detailOf(v.succeeded, v.attempt({ vss: v.succeeded, set: v.inconsistent }));
    expect(detail).toMatchObject({
      result: 'failed',
      stillpoint: { outcome: 'succeeded', error: expect.stringContaining('AppConsistent') },
    });
  });
  test.each([
    [{ vss: v.open }, false],
    [{ vss: v.succeeded }, false],
    [{ vss: v.succeeded, set: v.inconsistent }, true],
    [{ vss: v.refused }, true],
  ])('%#: its end is told once its snapshots were looked at', (attempt, over) => {
    expect(isVssOver(v.attempt(attempt))).toBe(over);
  });
});
