import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findResultLine } from '../../lambda/core/result-line';
import { until } from './support/process';
import { type DocumentName, documentNamed, scriptOf } from './support/rendered';

/** The sandbox without root: a folder for the host, nothing is frozen, the application alone is quiesced. */
describe('directory mode', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'directory-'));
    mkdirSync(join(root, 'run/app'), { recursive: true });
    mkdirSync(join(root, 'data'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const hook = (name: string, body: string): void => writeFileSync(join(root, 'run/app', name), body);

  const run = (document: DocumentName, parameters: Readonly<Record<string, string>>) => {
    const file = join(root, 'script.sh');
    writeFileSync(file, scriptOf(documentNamed(document), parameters), { mode: 0o700 });
    const env = { PATH: process.env['PATH'], STILLPOINT_ROOT: root };
    const { status, stdout } = spawnSync('sh', ['-c', file], { encoding: 'utf8', cwd: '/', env, stdio: ['ignore', 'pipe', 'pipe'] });
    return { code: status, line: findResultLine(stdout) };
  };

  test('quiesces and releases the application, and says that its files were not frozen', () => {
    hook('quiesce', 'touch "$STILLPOINT_ROOT/quiesced"');
    hook('release', 'echo "$1" >"$STILLPOINT_ROOT/released"');
    hook('paths', 'echo "$STILLPOINT_ROOT/data"');
    const of = (command: string) => ({ executionId: '11111111-2222-4333-8444-555555555555', command, outcome: 'created' });

    expect(run('scripted', of('pre-script'))).toMatchObject({
      code: 0,
      line: { result: 'held', application: { quiesced: true }, filesystems: [{ held: false, reason: 'directory' }] },
    });
    expect(run('scripted', of('post-script'))).toMatchObject({ code: 0, line: { result: 'released', thawedBy: 'post' } });
    expect(readFileSync(join(root, 'released'), 'utf8')).toBe('created\n');
  });

  test('releases the application at the deadline', async () => {
    hook('quiesce', ':');
    hook('release', 'echo "$1" >"$STILLPOINT_ROOT/released"');
    const executionId = randomUUID();
    run('scripted', { executionId, command: 'pre-script', autoThawSeconds: '3' });
    const journal = join(root, 'run/stillpoint/attempts', executionId, 'journal');
    await until('the end', () => readFileSync(journal, 'utf8').includes('phase=auto-thawed'));
    expect(run('scripted', { executionId, command: 'post-script' })).toMatchObject({ code: 203 });
  });

  test('has nothing to offer to the filesystem document', () => {
    expect(run('filesystem', { command: 'pre-script' })).toMatchObject({ code: 201, line: { result: 'failed' } });
  });
});
