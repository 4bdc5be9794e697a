import { type CommandState, hasEnded } from '../core/execution/command-state';
import { CANCEL_PATIENCE_MS } from '../core/execution/deadlines';
import type { Attempt, CommandRef, OpenScript } from '../core/execution/facts';
import { type CommandKey, parseComment } from '../core/execution/journal';
import type { Execution } from './execution';
import type { Ports } from './ports';

/** Milliseconds between polls: quick at first, since a freeze lasts until the end is seen; with jitter, for parallel executions. */
const FIRST_POLL_MS = 200;
const SLOWEST_POLL_MS = 2_000;

/** An open command of ours, and how long it is followed. */
export interface Followed {
  readonly attempt: Attempt;
  readonly stage: CommandKey['stage'];
  readonly open: OpenScript;
  /** Names of its document's steps, where they are known. */
  readonly steps: readonly string[];
  /** Milliseconds from its sending on; then it is cancelled. 0: at once. */
  readonly patienceMs: number;
}

/**
 * Follow an open command to its end. At its deadline by our own clock cancel it and give SSM a while to end it. Undefined: its SendCommand gave no
 * answer, and it is not in SSM's history.
 */
export const followCommand = async (
  ports: Ports,
  execution: Execution,
  followed: Followed,
): Promise<{ readonly command: CommandRef; readonly state: CommandState } | undefined> => {
  const { open, steps, patienceMs } = followed;
  const command = open.command ?? (await findCommand(ports, execution, followed));
  if (command === undefined) return undefined;
  const look = () => ports.commands.state(execution.instanceId, command, steps);
  const deadline = patienceMs === 0 ? 0 : open.sentAt.getTime() + patienceMs;
  const state = (await pollUntil(ports, look, deadline)) ?? UNKNOWN;
  const ended = hasEnded(state) ? state : await cancelled(ports, execution.instanceId, command, look);
  return { command, state: { ...ended, started: ended.started || state.started } };
};

/** SSM never answered on this command: it may be running. */
const UNKNOWN: CommandState = { status: 'InProgress', statusDetails: '', exitCode: -1, started: true, output: '', endedAt: undefined };

type Look = () => Promise<CommandState | undefined>;

const cancelled = async (ports: Ports, instanceId: string, command: CommandRef, look: Look): Promise<CommandState> => {
  await ports.commands.cancel(instanceId, command);
  return (await pollUntil(ports, look, ports.clock.now().getTime() + CANCEL_PATIENCE_MS)) ?? UNKNOWN;
};

/** The command's end, or its last known state at `deadline`. A throttled poll says nothing. */
const pollUntil = async (ports: Ports, look: Look, deadline: number): Promise<CommandState | undefined> => {
  let last: CommandState | undefined;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 1.3, SLOWEST_POLL_MS)) {
    const state = await look();
    last = state ?? last;
    if (last !== undefined && hasEnded(last)) return last;
    const left = deadline - ports.clock.now().getTime();
    if (left <= 0) return last;
    const jitter = 0.8 + Math.random() * 0.4;
    await ports.clock.sleep(Math.min(left, pause * jitter * (state === undefined ? 2 : 1)));
  }
};

/** Looks that a command whose SendCommand gave no answer gets in SSM's history, one a second: the list is eventually consistent. */
const FIND_COMMAND_LOOKS = 5;

const findCommand = async (ports: Ports, execution: Execution, { attempt, stage, open }: Followed): Promise<CommandRef | undefined> => {
  const since = new Date(open.sentAt.getTime() - 60_000); // of our clock, which may differ from SSM's
  const known = new Set(attempt.posts.map((post) => ('command' in post ? post.command?.commandId : undefined)));
  for (let look = 0; look < FIND_COMMAND_LOOKS; look++) {
    if (look > 0) await ports.clock.sleep(1_000);
    const history = await ports.commands.history(execution.instanceId, since).catch(() => []); // no answer is no reason to stop here
    const found = history.findLast(({ comment, command }) => {
      const parsed = parseComment(comment);
      const ours = parsed?.runId === execution.runId && parsed.attempt === attempt.number && parsed.key.stage === stage;
      return ours && !known.has(command.commandId);
    });
    if (found !== undefined) return found.command;
  }
  return undefined;
};
