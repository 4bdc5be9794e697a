import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process under way. */
export interface Running {
  readonly child: ChildProcess;
  /** Resolves when the process has ended and nobody holds its output any more, as the agent waits. */
  readonly ended: Promise<Ended>;
}

/** Starts a process in a group of its own, without input and with nothing in its environment but PATH. */
export const start = (command: string, args: readonly string[], cwd = '/'): Running => {
  const env = { PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin' };
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...output }));
  });
  return { child, ended };
};

/** Asks again until the answer is yes, more seldom the longer it takes; throws when it has not come in time. */
export const until = async (what: string, ask: () => Promise<boolean> | boolean, seconds = 45): Promise<void> => {
  const start = Date.now();
  while (!(await ask())) {
    const waited = Date.now() - start;
    if (waited > seconds * 1000) throw new Error(`not within ${seconds} s: ${what}`);
    await pause(Math.min(20 + waited / 10, 250)); // asking takes a process or two, from all that runs beside
  }
};
