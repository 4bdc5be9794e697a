import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Agent, InvocationUpdate, Machine } from '../instance/ports';
import { scriptLives } from './shell';

/** How a command ended, as the agent told it. */
export interface Answer {
  /** Absent: the command did not end in time. */
  readonly code?: number;
  /** The script itself ended, and yet the command did not: a child holds its output. */
  readonly heldOutput: boolean;
  readonly stderr: string;
}

export interface Command {
  readonly commandId: string;
  readonly ended: Promise<Answer>;
  /** True once `ended` has resolved. */
  done(): boolean;
  /** What the agent does on a timeout and on a cancel: SIGKILL to the script's process group. */
  kill(): void;
}

const FINAL: ReadonlySet<string> = new Set(['Success', 'Failed', 'TimedOut', 'Cancelled']);
const LOOK_MS = 500;
/** How long a command may stay open after its script has ended, on a slow machine. */
const HELD_MS = 5_000;

/** Sends a document to the agent. A command that does not end is killed; it is answered for in any case. */
export const sendCommand = (
  machine: Machine,
  command: {
    readonly document: unknown;
    readonly parameters: Readonly<Record<string, readonly string[]>>;
    readonly timeoutSeconds: number;
  },
): Command => {
  const { agent } = machine;
  const commandId = randomUUID();
  let finished = false;
  const update = finalUpdate(agent, { commandId, ...command });
  const watched = watch(machine, commandId, command.timeoutSeconds * 1_000, () => finished);
  const ended = Promise.race([update.then(answerOf), watched]).finally(() => {
    finished = true;
  });
  return { commandId, ended, done: () => finished, kill: () => agent.cancel(commandId) };
};

const finalUpdate = (agent: Agent, command: Parameters<Agent['send']>[0]): Promise<InvocationUpdate> =>
  new Promise((resolve) => {
    agent.send(command, (update) => {
      if (FINAL.has(update.status)) resolve(update);
    });
  });

/** A command of several steps ends with the code of the first that failed. */
const answerOf = ({ steps }: InvocationUpdate): Answer => {
  const telling = steps.find(({ status }) => status !== 'Success') ?? steps.at(-1);
  return { code: telling?.responseCode ?? -1, heldOutput: false, stderr: telling?.stderr ?? '' };
};

/** Gives an answer for a command that gives none. */
const watch = async (machine: Machine, commandId: string, timeoutMs: number, finished: () => boolean): Promise<Answer> => {
  const deadline = Date.now() + timeoutMs;
  let goneSince: number | undefined;
  for (;;) {
    await pause(LOOK_MS, undefined, { ref: false });
    if (finished()) return { heldOutput: false, stderr: '' }; // the race is over
    const lives = (await machine.run(scriptLives(commandId)).catch(() => ({ code: 0 }))).code === 0;
    goneSince = lives ? undefined : (goneSince ?? Date.now());
    const heldOutput = goneSince !== undefined && Date.now() - goneSince >= HELD_MS;
    if (!heldOutput && Date.now() < deadline) continue;
    machine.agent.cancel(commandId);
    return { heldOutput, stderr: '' };
  }
};

/** Where the agent keeps scripts: it stands before each complaint of the shell. */
const SCRIPT_PATH = /\/var\/lib\/amazon\/\S*\/_script\.sh: /g;

/** How a command ended, in words. */
export const said = ({ code, heldOutput, stderr }: Answer): string => {
  if (heldOutput) return 'ended, but a child of it held its output';
  if (code === undefined) return 'did not end in time';
  const words = stderr.replace(/failed to run commands: exit status \d+$/, '').trim();
  const last = words.split('\n').at(-1)?.replaceAll(SCRIPT_PATH, '').slice(0, 160) ?? '';
  return `ended with ${code}${last === '' ? '' : ` ("${last}")`}`;
};
