/**
 * The child of sandbox.ts: holds a sandbox in a private mount namespace. Writes one JSON line each for its endpoint, events and
 * requests; everything else goes through the sandbox's control routes. It ends when stdin does.
 */
import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SandboxOptions } from '../../sandbox/ports';
import { createSandbox } from '../../sandbox/sandbox';

const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

const [file = ''] = process.argv.slice(2);

const hold = async (options: SandboxOptions): Promise<void> => {
  const sandbox = createSandbox(options);
  const stop = async (): Promise<void> => {
    await sandbox.stop();
    rmSync(dirname(file), { recursive: true, force: true }); // here, since the test run may have been killed
  };
  const end = (): void => void stop().finally(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end);
  process.stdin.once('close', end).resume();
  sandbox.onEvent((event) => say({ event }));
  sandbox.onRequest((request) => say({ request }));
  try {
    await sandbox.start();
    say({ ready: sandbox.endpoint });
  } catch (error) {
    await stop();
    throw error;
  }
};

hold(JSON.parse(readFileSync(file, 'utf8'))).catch((error: unknown) => {
  say({ failed: error instanceof Error ? error.message : String(error) });
  process.exit(1);
});
