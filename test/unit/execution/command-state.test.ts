import { type CommandState, endedScript, hasEnded } from '../../../lambda/core/execution/command-state';
import * as f from './fixtures';

const state = (changes: Partial<CommandState>): CommandState => ({
  status: 'Success',
  statusDetails: 'Success',
  exitCode: 0,
  started: true,
  output: '',
  endedAt: f.LATER,
  ...changes,
});
const ended = (stage: 'pre' | 'post', changes: Partial<CommandState>) => endedScript(stage, f.COMMAND, f.AT, state(changes), f.LATER);

test.each<readonly [string, 'pre' | 'post', Partial<CommandState>, object]>([
  ['success', 'pre', {}, { kind: 'succeeded', endedAt: f.LATER }],
  ['success with a result line', 'post', { output: `text\n${JSON.stringify(f.line())}\n` }, { kind: 'succeeded', line: f.line() }],
  ['a cause by its exit code', 'pre', { status: 'Failed', exitCode: 206 }, { kind: 'failed', cause: 206, exitCode: 206 }],
  ['another code of pre is 201', 'pre', { status: 'Failed', exitCode: 17 }, { kind: 'failed', cause: 201, exitCode: 17 }],
  ['another code of post is 202', 'post', { status: 'Failed', exitCode: 17 }, { kind: 'failed', cause: 202, exitCode: 17 }],
  ['time-out while it ran', 'pre', { status: 'TimedOut', exitCode: -1 }, { kind: 'timed-out', started: true, stillRunning: false }],
  [
    'never delivered',
    'pre',
    { status: 'TimedOut', statusDetails: 'Delivery Timed Out', exitCode: -1, started: false },
    { kind: 'timed-out', started: false, stillRunning: false },
  ],
  ['timed out without a start time', 'pre', { status: 'TimedOut', exitCode: -1, started: false }, { kind: 'timed-out', started: true }],
  ['cancelled while it ran', 'pre', { status: 'Cancelled', exitCode: -1 }, { kind: 'timed-out', started: true, stillRunning: false }],
  [
    'cancelled before it was seen to run: it may start late',
    'pre',
    { status: 'Cancelled', exitCode: -1, started: false },
    { started: true, stillRunning: true },
  ],
  [
    'failed without a code',
    'pre',
    { status: 'Failed', statusDetails: 'Failed', exitCode: -1, started: false },
    { kind: 'failed', cause: 201 },
  ],
  ['a cancel that did not take hold', 'pre', { status: 'Cancelling', exitCode: -1 }, { kind: 'timed-out', stillRunning: true }],
  [
    'refused on the way',
    'pre',
    { status: 'Failed', exitCode: -1, started: false, statusDetails: 'AccessDenied' },
    { kind: 'refused', code: 'AccessDenied' },
  ],
  ['an end that SSM gives no time for ends now', 'pre', { endedAt: undefined }, { kind: 'succeeded', endedAt: f.LATER }],
])('%s', (_case, stage, changes, expected) => {
  expect(ended(stage, changes)).toMatchObject(expected);
});

test.each(['Pending', 'InProgress', 'Delayed', 'Cancelling'] as const)('%s is no end', (status) => {
  expect(hasEnded(state({ status }))).toBe(false);
});
