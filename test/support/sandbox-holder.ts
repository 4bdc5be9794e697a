/**
 * The child of sandbox.ts: holds a sandbox in a private mount namespace. Writes one JSON line each for its endpoint, events and
 * requests; everything else goes through the sandbox's control routes. It ends when stdin does.
 */
import { readFileSync } from 'node:fs';
import type { SandboxOptions } from '../../sandbox/ports';
import { createSandbox } from '../../sandbox/sandbox';

const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

const hold = async (options: SandboxOptions): Promise<void> => {
  const sandbox = createSandbox(options);
  const end = (): void => void sandbox.stop().finally(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end);
  process.stdin.once('close', end).resume();
  sandbox.onEvent((event) => say({ event }));
  sandbox.onRequest((request) => say({ request }));
  try {
    await sandbox.start();
    say({ ready: sandbox.endpoint });
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
};

const [file = ''] = process.argv.slice(2);
hold(JSON.parse(readFileSync(file, 'utf8'))).catch((error: unknown) => {
  say({ failed: error instanceof Error ? error.message : String(error) });
  process.exit(1);
});
