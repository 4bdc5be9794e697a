import type { Attempt, EndedVss, SnapshotSet, VssCheck, VssCommand } from '../../../lambda/core/execution/facts';
import type { VssPlan } from '../../../lambda/core/execution-message';
import * as f from '../execution/fixtures';

const times = { sentAt: f.AT, endedAt: f.LATER };

export const plan = (changes: Partial<VssPlan> = {}): VssPlan => ({
  executionHandler: 'AWS_VSS_BACKUP',
  document: 'AWSEC2-VssInstallAndSnapshot',
  executeOperationOnScriptFailure: true,
  maximumRetryCount: 1,
  retryPause: 60,
  ...changes,
});

export const open: VssCommand = { kind: 'open', sentAt: f.AT, command: f.COMMAND };
export const lostAnswer: VssCommand = { kind: 'open', sentAt: f.AT, command: undefined };
export const succeeded: EndedVss = { kind: 'succeeded', ...times, command: f.COMMAND };
export const failed: EndedVss = { kind: 'failed', ...times, command: f.COMMAND, exitCode: 1, error: 'Ec2VssAgent: freeze timed out' };
export const timedOut = (started = true, stillRunning = false): EndedVss => ({
  kind: 'timed-out',
  ...times,
  command: f.COMMAND,
  started,
  stillRunning,
});
export const lost: EndedVss = { kind: 'lost', ...times };
export const refused: EndedVss = { kind: 'refused', ...times, code: 'InvalidDocument', message: 'no such document' };

const [first, second] = f.MEMBERS;
const made = (check: VssCheck | undefined, members = f.MEMBERS): SnapshotSet => ({
  kind: 'created',
  members,
  answeredBeforePost: true,
  check,
});
export const unseen = made(undefined);
export const good = made({ inconsistent: [], missing: [], foreign: [] });
export const inconsistent = made({ inconsistent: [second?.snapshotId ?? ''], missing: [], foreign: [] });
/** The instance lost a volume meanwhile. */
export const detached = made({ inconsistent: [], missing: [], foreign: [second?.volumeId ?? ''] });
export const incomplete = made({ inconsistent: [], missing: [second?.volumeId ?? ''], foreign: [] }, first === undefined ? [] : [first]);
export const none: SnapshotSet = { kind: 'failed', code: 'NoSnapshots', message: 'none' };

export const attempt = (changes: Partial<Attempt> = {}): Attempt => f.attempt(changes);
