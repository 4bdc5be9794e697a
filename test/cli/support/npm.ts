import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const REPOSITORY = resolve(__dirname, '../../..');

export interface NpmRun {
  readonly pid: number;
  /** Receives what the run leaves. */
  readonly runs: string;
  output(): string;
  /** Resolves once the output matches; rejects when the run ends before. */
  said(pattern: RegExp): Promise<void>;
  /** What a terminal's Ctrl-C does: the signal to the whole process group. */
  signal(signal: NodeJS.Signals): void;
  readonly exit: Promise<number | null>;
}

const started: ChildProcess[] = [];
const folders: string[] = [];

/** A folder that goes away after the test. */
export const scratchFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-cli-'));
  folders.push(folder);
  return folder;
};

/** `npm SCRIPT -- ARGS` as a user types it, in a process group of its own. */
export const npm = (script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): NpmRun => {
  const runs = scratchFolder();
  const child = spawn('npm', ['run', '--silent', script, '--', ...args], {
    cwd: REPOSITORY,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, STILLPOINT_RUNS_FOLDER: runs, ...env },
  });
  started.push(child);
  const pid = child.pid;
  if (pid === undefined) throw new Error('npm did not start');
  let output = '';
  const waiting = new Set<() => void>();
  const heard = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const check of waiting) check();
  };
  child.stdout.on('data', heard);
  child.stderr.on('data', heard);
  const exit = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const said = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (pattern.test(output)) resolve();
      };
      waiting.add(check);
      check();
      void exit.then((code) => reject(new Error(`ended with ${code} before it said ${pattern}:\n${output}`)));
    });
  return { pid, runs, output: () => output, said, exit, signal: (signal) => process.kill(-pid, signal) };
};

/** For afterEach: what a failed test left running is told to end, and awaited. */
export const endStarted = async (): Promise<void> => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) continue;
    const ended = new Promise((resolve) => child.once('close', resolve));
    process.kill(-child.pid, 'SIGTERM');
    await ended;
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
};
