import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createMachines, detectMode } from '../../sandbox/instance';
import { describeWith } from '../support/capabilities';
import { REAL } from './needs';

const INSTANCE = resolve(import.meta.dirname, '../../sandbox/instance/index.ts');

/** A program that moves into a private mount namespace and then does `body`. */
const PROGRAM = (body: string): string => `
import { readlinkSync } from 'node:fs';
import { detectMode, inPrivateNamespace, runInPrivateNamespace } from '${INSTANCE}';
await runInPrivateNamespace();
${body}
`;

describeWith(REAL, 'a program in a private mount namespace', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stillpoint-namespace-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = (body: string, ...args: string[]) => {
    const program = join(folder, 'program.mts');
    writeFileSync(program, PROGRAM(body));
    const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: resolve(INSTANCE, '../../..'),
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null; said: string }>((resolve) =>
      child.once('close', (code, signal) => resolve({ code, signal, said })),
    );
    const heard = (text: string): Promise<void> =>
      new Promise((resolve) => child.stdout.on('data', () => said.includes(text) && resolve()));
    return { child, ended, heard };
  };

  test('runs again with the same arguments, and its exit code is passed on', async () => {
    const { ended } = start(
      'console.log(process.argv.slice(2).join(), inPrivateNamespace(), readlinkSync("/proc/self/ns/mnt")); process.exitCode = 7;',
      'a',
      '--b=c d',
    );
    const { code, said } = await ended;
    expect(code).toBe(7);
    expect(said).toMatch(/^a,--b=c d true mnt:\[\d+\]\n$/);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s reaches it once, and it decides', async (signal) => {
    const body = `let n = 0; process.on('${signal}', () => { n++; setTimeout(() => { console.log('heard', n); process.exit(5); }, 200); }); console.log('up'); setInterval(() => {}, 1000);`;
    const { child, ended, heard } = start(body);
    await heard('up');
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 5, said: expect.stringContaining('heard 1\n') });
  });

  test('it is told when the outer process is killed, so that it can clean up', async () => {
    const { child, ended, heard } = start(
      "process.on('SIGTERM', () => { console.log('told'); process.exit(); }); console.log('up'); setInterval(() => {}, 1000);",
    );
    await heard('up');
    child.kill('SIGKILL');
    expect((await ended).said).toContain('told');
  });

  test('real machines are refused outside of one', async () => {
    await expect(createMachines({ folder, mode: 'real' })).rejects.toThrow('call runInPrivateNamespace first');
  });

  test('real instances are possible here', async () => {
    expect(await detectMode()).toEqual({ mode: 'real', missing: [] });
  });
});

test('an ordinary user gets directory instances, and is told why', async () => {
  const getuid = jest.spyOn(process, 'getuid').mockReturnValue(1_000);
  expect(await detectMode()).toEqual({ mode: 'directory', missing: ['root on Linux'] });
  getuid.mockRestore();
});
