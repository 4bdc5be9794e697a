import type { Cause } from '../../../lambda/core/cause';
import type { Attempt, CommandRef, EndedScript, Script, SnapshotSet } from '../../../lambda/core/execution/facts';
import type { ScriptPlan } from '../../../lambda/core/execution-message';
import type { ResultLine } from '../../../lambda/core/result-line';

export const AT = new Date('2026-11-21T03:00:10.000Z');
export const LATER = new Date('2026-11-21T03:00:12.000Z');
export const COMMAND: CommandRef = { commandId: 'c0ffee00-0000-4000-8000-000000000001', documentVersion: '3' };
const times = { sentAt: AT, endedAt: LATER };

export const plan = (changes: Partial<ScriptPlan> = {}): ScriptPlan => ({
  stages: ['pre', 'post'],
  executionHandler: 'stillpoint-filesystem',
  executeOperationOnScriptFailure: true,
  executionTimeout: 10,
  maximumRetryCount: 1,
  recoveryThaw: 'auto',
  retryPause: 60,
  ...changes,
});

export const open: Script = { kind: 'open', sentAt: AT, command: COMMAND };
export const lostAnswer: Script = { kind: 'open', sentAt: AT, command: undefined };
export const succeeded = (line?: ResultLine): EndedScript => ({ kind: 'succeeded', ...times, command: COMMAND, line });
export const failed = (cause: Cause, exitCode: number = cause, line?: ResultLine): EndedScript => ({
  kind: 'failed',
  ...times,
  command: COMMAND,
  cause,
  exitCode,
  line,
});
export const timedOut = (started = true, stillRunning = false): EndedScript => ({
  kind: 'timed-out',
  ...times,
  command: COMMAND,
  started,
  stillRunning,
});
export const lost: EndedScript = { kind: 'lost', ...times };
export const refused: EndedScript = { kind: 'refused', ...times, code: 'InvalidInstanceId', message: 'not managed' };

export const MEMBERS = [
  { snapshotId: 'snap-00000000000000001', volumeId: 'vol-00000000000000001' },
  { snapshotId: 'snap-00000000000000002', volumeId: 'vol-00000000000000002' },
];
export const created: SnapshotSet = { kind: 'created', members: MEMBERS, answeredBeforePost: true };
export const foundLater: SnapshotSet = { kind: 'created', members: MEMBERS, answeredBeforePost: false };
export const createFailed: SnapshotSet = { kind: 'failed', code: 'RequestLimitExceeded', message: 'slow down' };
export const unclear: SnapshotSet = { kind: 'unclear' };

export const attempt = (changes: Partial<Attempt> = {}): Attempt => ({ number: 1, interrupted: false, posts: [], ...changes });

export const UUID = '11111111-2222-4333-8444-555555555555';

export const line = (changes: Partial<ResultLine> = {}): ResultLine => ({
  stillpoint: 'result/1',
  stage: 'post',
  executionId: UUID,
  bootId: 'boot-1',
  result: 'released',
  thawedBy: 'post',
  heldMs: 812,
  application: { name: 'ledger', quiesced: true },
  filesystems: MEMBERS.map(({ volumeId }, index) => ({
    mount: `/data${index}`,
    type: 'ext4',
    device: `/dev/nvme${index}n1`,
    volumes: [volumeId],
    held: true,
    heldMs: 800,
  })),
  ...changes,
});
export const preLine = (changes: Partial<ResultLine> = {}): ResultLine =>
  line({ stage: 'pre', result: 'held', thawedBy: 'nobody', ...changes });
