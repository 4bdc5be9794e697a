import { type OutgoingEvent, placeOf } from '../../../lambda/core/event/common';
import { completionEvent } from '../../../lambda/core/event/completion-event';
import { executionEvent } from '../../../lambda/core/event/execution-event';
import { possiblyFrozenEvent } from '../../../lambda/core/event/possibly-frozen-event';
import { scriptEvent } from '../../../lambda/core/event/script-event';
import { conclude } from '../../../lambda/core/execution/conclude';
import type { Attempt, EndedScript, Facts, SnapshotSet } from '../../../lambda/core/execution/facts';
import { attemptId } from '../../../lambda/core/ids';
import type { ResultLine } from '../../../lambda/core/result-line';
import * as f from '../../unit/execution/fixtures';

/** Text that would be code, were it not escaped. */
export const HOSTILE = `</style></script><script>document.title='taken'</script><img src=x onerror="document.title='taken'">"'&`;

const BEGAN = Date.parse('2026-11-21T03:00:04.000Z');
/** Milliseconds after the run began. */
const at = (ms: number): Date => new Date(BEGAN + ms);
const iso = (ms: number): string => at(ms).toISOString();

const command = (commandId: string) => ({ commandId, documentVersion: '1' });
const ok = (from: number, to: number, line?: ResultLine): EndedScript => ({
  kind: 'succeeded',
  sentAt: at(from),
  endedAt: at(to),
  command: command(`ok-${from}`),
  line,
});
const failed = (from: number, to: number, cause: 201 | 202 | 203 | 206, line?: ResultLine): EndedScript => ({
  kind: 'failed',
  sentAt: at(from),
  endedAt: at(to),
  command: command(`failed-${from}`),
  cause,
  exitCode: cause,
  line,
});
const made = (from: number, to: number): SnapshotSet => ({ ...f.created, call: { from: at(from), to: at(to) } });

interface Held {
  readonly instanceId: string;
  readonly attempt?: number;
  readonly from: number;
  readonly to: number;
}

/** The result lines of a freeze, by an instance whose clock is `off` milliseconds ahead. */
export const linesOf = ({ instanceId, attempt = 1, from, to }: Held, off = 0) => {
  const told = {
    executionId: attemptId(executionIdOf(instanceId), attempt),
    frozenAt: iso(from + off),
    autoThawAt: iso(from + off + 29_980),
  };
  return { pre: f.preLine({ ...told, heldMs: undefined }), post: f.line({ ...told, thawedAt: iso(to + off), heldMs: to - from }) };
};

const executionIdOf = (instanceId: string): string => `nightly@2026-11-21T03:00Z/${instanceId}`;

export interface Told {
  readonly instanceId: string;
  readonly facts: Facts;
  readonly endedAt: number;
  /** Without it there are no scripts in the policy. */
  readonly scripts?: boolean;
}

const envelope = ({ detailType, resources, detail }: OutgoingEvent, time: number) => ({
  version: '0',
  id: '6ab96d7e-dd21-4bb2-ad24-4e3f3dc1be54',
  'detail-type': detailType,
  source: 'stillpoint',
  account: '111122223333',
  time: iso(time).replace(/\.\d+Z$/, 'Z'),
  region: 'eu-west-1',
  resources,
  detail,
});

/** The events of one execution as the worker sends them, made by its own code. */
export const eventsOf = ({ instanceId, facts, endedAt }: Told): readonly object[] => {
  const executionId = executionIdOf(instanceId);
  const context = {
    place: placeOf('arn:aws:stillpoint:eu-west-1:111122223333:policy/'),
    policyId: 'nightly',
    instanceId,
    executionId,
    executionHandler: 'stillpoint-filesystem',
    timeoutMs: 10_000,
  };
  const plan = f.plan({ maximumRetryCount: 2 });
  const conclusion = conclude({ executionId, plan, thawOnly: false }, facts);
  const scripts = facts.attempts.flatMap((attempt) => scriptEvents(context, attempt));
  const doubt = conclusion.possiblyFrozen;
  const alarm = doubt && possiblyFrozenEvent({ ...context, attemptUuids: [attemptId(executionId, doubt.attempt)] }, doubt.why, '202');
  const closing = executionEvent(
    { ...context, due: new Date(BEGAN - 4_000), schedules: ['daily'], startedAt: facts.attempts[0]?.pre?.sentAt ?? at(0) },
    conclusion,
    facts,
    at(endedAt),
  );
  return [...scripts, ...(alarm === undefined ? [] : [alarm]), closing].map((event) => envelope(event, endedAt));
};

/** EC2's end of an execution's set, an hour later. */
export const completionOf = (instanceId: string, result: 'confirmed' | 'withdrawn', members = f.MEMBERS): object => {
  const executionId = executionIdOf(instanceId);
  const detail = {
    ...{ instanceId, executionId, attempt: '1', consistency: 'application', reason: 'proven', startedAt: at(1_180) },
    state: result === 'confirmed' ? 'completed' : 'error',
  } as const;
  const stateMessage = result === 'confirmed' ? '' : HOSTILE;
  const snapshot = { ...detail, stateMessage, completedAt: undefined, tags: new Map(), sizeGiB: 8, encrypted: false, keyId: undefined };
  const set = { ...detail, members: members.map((member) => ({ ...snapshot, ...member, tier: 'standard' })) };
  const context = { place: placeOf('arn:aws:stillpoint:eu-west-1:111122223333:policy/'), policyId: 'nightly', now: at(3_600_000) };
  return envelope(completionEvent(context, result, set), 3_600_000);
};

const scriptEvents = (context: Parameters<typeof scriptEvent>[0], attempt: Attempt): OutgoingEvent[] => {
  const tell = (stage: 'pre' | 'post', script: EndedScript): OutgoingEvent[] => {
    const recovery = stage === 'post' && attempt.pre?.kind !== 'succeeded';
    const sent = { kind: 'open', sentAt: script.sentAt, command: 'command' in script ? script.command : undefined } as const;
    const end = scriptEvent(context, attempt, stage, script, recovery);
    return script.kind === 'refused' ? [end] : [scriptEvent(context, attempt, stage, sent, recovery), end];
  };
  const ended = (script: Attempt['pre']): EndedScript[] => (script === undefined || script.kind === 'open' ? [] : [script]);
  return [...ended(attempt.pre).flatMap((pre) => tell('pre', pre)), ...attempt.posts.flatMap(ended).flatMap((post) => tell('post', post))];
};

const whole = (instanceId: string, began: number, off = 0): Told => {
  const lines = linesOf({ instanceId, from: began + 900, to: began + 1_312 }, off);
  const attempt = f.attempt({
    pre: ok(began, began + 1_010, lines.pre),
    set: made(began + 1_030, began + 1_180),
    posts: [ok(began + 1_190, began + 1_420, lines.post)],
  });
  return { instanceId, facts: { attempts: [attempt] }, endedAt: began + 1_500 };
};

const retried = (): Told => {
  const instanceId = 'i-0000000000000000b';
  const lines = linesOf({ instanceId, attempt: 2, from: 61_900, to: 63_140 });
  return {
    instanceId,
    endedAt: 63_700,
    facts: {
      attempts: [
        f.attempt({
          pre: failed(400, 900, 206, f.preLine({ result: 'failed', heldMs: undefined, error: 'the replica is still syncing' })),
        }),
        f.attempt({
          number: 2,
          pre: ok(61_000, 61_980, lines.pre),
          set: made(62_000, 62_300),
          posts: [failed(62_310, 62_700, 202), ok(62_710, 63_300, lines.post)],
        }),
      ],
    },
  };
};

const autoThawed = (): Told => {
  const instanceId = 'i-0000000000000000c';
  const lines = linesOf({ instanceId, from: 2_500, to: 5_500 });
  const pre = { ...lines.pre, autoThawAt: iso(5_480) };
  const post = { ...lines.post, autoThawAt: iso(5_480), result: 'auto-thawed' as const, thawedBy: 'auto-thaw' as const };
  const attempt = f.attempt({ pre: ok(2_000, 2_700, pre), set: made(2_720, 7_100), posts: [failed(7_110, 7_400, 203, post)] });
  return { instanceId, facts: { attempts: [attempt] }, endedAt: 7_500 };
};

const inDoubt = (): Told => {
  const instanceId = 'i-0000000000000000d';
  const pre: EndedScript = {
    kind: 'timed-out',
    sentAt: at(3_000),
    endedAt: at(13_050),
    command: command('slow'),
    started: true,
    stillRunning: false,
  };
  const posts = [
    failed(13_100, 14_000, 202, f.line({ result: 'failed', thawedBy: 'nobody', heldMs: undefined, filesystems: [], error: HOSTILE })),
  ];
  return { instanceId, facts: { attempts: [f.attempt({ pre, posts })], plainSet: made(14_100, 14_400) }, endedAt: 14_500 };
};

const byOwnDocument = (): Told => ({
  instanceId: 'i-0000000000000000e',
  endedAt: 4_000,
  facts: { attempts: [f.attempt({ pre: ok(1_000, 2_000), set: made(2_010, 2_200), posts: [ok(2_210, 3_000)] })] },
});

const refusedAttempt = (): Told => ({
  instanceId: 'i-0000000000000000f',
  endedAt: 600,
  facts: {
    attempts: [f.attempt({ pre: { ...f.refused, sentAt: at(500), endedAt: at(500) } })],
    plainSet: { ...f.createFailed, call: { from: at(520), to: at(580) } },
  },
});

/** A run in which everything happens: proven, by a clock that is off, retried, thawed by the guardian, in doubt, unproven, refused. */
export const SAMPLE: readonly Told[] = [
  whole('i-0000000000000000a', 0),
  whole('i-00000000000000010', 1_600, 3_600_000),
  retried(),
  autoThawed(),
  inDoubt(),
  byOwnDocument(),
  refusedAttempt(),
];

export const sampleEvents = (): readonly object[] => SAMPLE.flatMap(eventsOf);

export const jsonLines = (events: readonly object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');
