import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { RunResult } from './ports';

/** A process in an instance, with the process group that the SSM Agent would signal. */
export interface InsideProcess {
  readonly process: ChildProcess;
  /** SIGKILL to the script's process group; children that called setsid live on. */
  killGroup(): void;
}

export interface InsideOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Text for stdin, or a pipe that the caller ends; absent: /dev/null. */
  readonly input?: { readonly text: string } | 'open';
  /** Descriptor for stdout and stderr; absent: pipes. */
  readonly output?: number;
}

/** A way into an instance: starts a process in it, in a session and process group of its own, in `/`. */
export interface Inside {
  /** Prefix of the instance's paths: empty for real instances, the folder for directory ones. */
  readonly root: string;
  spawn(argv: readonly string[], options?: InsideOptions): InsideProcess;
}

/** The search path inside instances: the system's, then this Node's, so that applications find `node`. */
export const PATH = `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${process.execPath.replace(/\/[^/]*$/, '')}`;

/** Collects the output of a process until all its pipes are closed. */
export const captured = (child: ChildProcess): Promise<RunResult> =>
  new Promise((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }));
  });

/** Runs a command of this machine to its end. */
export const run = (argv: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<RunResult> => {
  const [command = '', ...args] = argv;
  return captured(spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...env, LC_ALL: 'C' } }));
};

/** Runs a command and throws, with what it said, unless it exits 0. */
export const mustRun = async (argv: readonly string[]): Promise<string> => {
  const result = await run(argv);
  if (result.code !== 0) throw new Error(`${argv.join(' ')}: exit ${result.code}: ${(result.stderr || result.stdout).trim()}`);
  return result.stdout;
};

/** Gives a process its input. */
export const feed = (child: ChildProcess, input: InsideOptions['input']): void => {
  child.stdin?.on('error', () => undefined); // a script need not read its input
  if (typeof input === 'object') child.stdin?.end(input.text);
};

/** SIGKILL that finds nobody is no error. */
export const killQuietly = (pid: number, signal: NodeJS.Signals = 'SIGKILL'): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // ended already
  }
};

/** The first child of a process. Falls back on a scan where the kernel lacks /proc/PID/task/PID/children. */
export const childOf = (pid: number): number | undefined => {
  try {
    const first = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0];
    return first ? Number(first) : undefined;
  } catch {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .find((candidate) => parentOf(candidate) === pid);
  }
};

const parentOf = (pid: number): number | undefined => {
  try {
    // "PID (COMMAND) STATE PPID ...": the command may hold spaces and parentheses
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[1],
    );
  } catch {
    return undefined;
  }
};
