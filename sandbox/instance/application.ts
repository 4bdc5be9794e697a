import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { ApplicationSpec } from './ports';
import { captured, type Inside, type InsideProcess, PATH } from './processes';

const READY_MS = 60_000;
const POLL_MS = 50;

/** The environment of set-up scripts and applications: a login as root. */
export const rootEnvironment = (root: string): Readonly<Record<string, string>> => ({
  PATH,
  HOME: '/root',
  LANG: 'C.UTF-8',
  STILLPOINT_ROOT: root,
});

/** Starts an instance's application and waits until it serves. Its output goes to `log`, on the machine outside. */
export const startApplication = async (inside: Inside, spec: ApplicationSpec, log: string): Promise<InsideProcess> => {
  const output = openSync(log, 'a');
  const env = rootEnvironment(inside.root);
  const started = inside.spawn(['bash', '-c', spec.start], { env, output });
  closeSync(output);
  const failure = (why: string): Error => new Error(`the application ${why}: ${spec.start}\n${readFileSync(log, 'utf8').slice(-2_000)}`);
  const deadline = Date.now() + READY_MS;
  for (;;) {
    const { code } = await captured(inside.spawn(['bash', '-c', spec.ready], { env }).process);
    if (code === 0) return started;
    // A start command that ended well may have left a daemon; one that failed, or was killed with its instance, has not.
    const { exitCode, signalCode } = started.process;
    if (signalCode !== null || (exitCode !== null && exitCode !== 0)) throw failure(`ended with ${signalCode ?? exitCode}`);
    if (Date.now() > deadline) throw failure(`was not ready after ${READY_MS / 1000} s`);
    await pause(POLL_MS);
  }
};
