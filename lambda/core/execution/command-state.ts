import { causeOf, type Stage } from '../cause';
import { findResultLine } from '../result-line';
import { plain } from '../snapshot-tags';
import type { CommandRef, EndedScript, EndedVss } from './facts';

/** SSM's view of one command on one instance. */
export interface CommandState {
  readonly status: 'Pending' | 'InProgress' | 'Delayed' | 'Cancelling' | 'Success' | 'Cancelled' | 'TimedOut' | 'Failed';
  readonly statusDetails: string;
  /** -1: did not start, or no code. */
  readonly exitCode: number;
  /** It runs, or ran: SSM says so, or an earlier poll did. */
  readonly started: boolean;
  readonly output: string;
  readonly endedAt: Date | undefined;
}

/** SSM calls the command ended: nothing of it is still to come. */
export const hasEnded = (state: CommandState): boolean =>
  state.status === 'Success' || state.status === 'Cancelled' || state.status === 'TimedOut' || state.status === 'Failed';

/** SSM says itself when it gave a command up before it delivered it. */
const wasDelivered = ({ statusDetails, started }: CommandState): boolean => started || !/delivery/i.test(statusDetails);

/** The outcome of a script from the state in which its command ended (or was left, after a cancel that did not take hold). */
export const endedScript = (stage: Stage, command: CommandRef, sentAt: Date, state: CommandState, now: Date): EndedScript => {
  const times = { sentAt, endedAt: state.endedAt ?? now };
  if (!hasEnded(state)) return { kind: 'timed-out', ...times, command, started: state.started, stillRunning: true };
  if (state.status === 'Success') return { kind: 'succeeded', ...times, command, line: findResultLine(state.output) };
  if (state.status === 'TimedOut') return { kind: 'timed-out', ...times, command, started: wasDelivered(state), stillRunning: false };
  // A command that was cancelled before anybody saw it run may still start late, says one of AWS's pages.
  if (state.status === 'Cancelled') return { kind: 'timed-out', ...times, command, started: true, stillRunning: !state.started };
  if (state.exitCode < 0 && !state.started && state.statusDetails !== 'Failed') {
    return { kind: 'refused', ...times, code: state.statusDetails, message: `SSM ended the command as ${state.statusDetails}` };
  }
  const line = findResultLine(state.output);
  return { kind: 'failed', ...times, command, cause: causeOf(stage, state.exitCode), exitCode: state.exitCode, line };
};

/** Characters of a failed VSS command's output that are told. */
const ERROR_LENGTH = 300;

/** The end of its output, on one line. */
const errorOf = (output: string): string => plain(output).replace(/\s+/g, ' ').trim().slice(-ERROR_LENGTH);

/** The same of a VSS command. Its exit codes are not published: the output tells what went wrong. */
export const endedVss = (command: CommandRef, sentAt: Date, state: CommandState, now: Date): EndedVss => {
  const ended = endedScript('pre', command, sentAt, state, now);
  const times = { sentAt: ended.sentAt, endedAt: ended.endedAt, command };
  if (ended.kind === 'succeeded') return { kind: 'succeeded', ...times };
  return ended.kind === 'failed' ? { kind: 'failed', ...times, exitCode: ended.exitCode, error: errorOf(state.output) } : ended;
};
