import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const REPOSITORY = resolve(__dirname, '../..');

/** Waits on stdin after a signal, as a clean-up would, so that the test decides how long it takes. */
const SCRIPT = `
import { Interrupted, watchSignals } from ${JSON.stringify(join(REPOSITORY, 'sandbox/cli/interruption.ts'))};
const interruption = watchSignals((signal, first) => console.log(signal, first));
console.log('ready');
try {
  await interruption.race(new Promise(() => setInterval(() => undefined, 1000)));
} catch (error) {
  await new Promise((resolve) => process.stdin.once('data', resolve));
  console.log('cleaned up');
  process.exit(error instanceof Interrupted ? error.exitCode : 1);
}
`;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const start = (): { readonly child: ChildProcess; readonly line: () => Promise<string | undefined> } => {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', SCRIPT], {
    cwd: REPOSITORY,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, line: async () => (await lines.next()).value };
};

describe('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends a run with exit code %i, and a second one does not cut the clean-up short', async (signal, code) => {
    const { child, line } = start();
    const ended = new Promise((resolve) => child.once('exit', resolve));
    expect(await line()).toBe('ready');
    child.kill(signal);
    expect(await line()).toBe(`${signal} true`);
    child.kill(signal);
    expect(await line()).toBe(`${signal} false`);
    child.stdin?.write('go on\n');
    expect(await line()).toBe('cleaned up');
    expect(await ended).toBe(code);
  });
});
