import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '../support/capabilities';

const ROOT = join(import.meta.dirname, '../..');

/** Commands that only say what they were called with; `npm start` fails. */
const STAND_IN = `#!/bin/sh
echo "\${0##*/} $*, require all: $STILLPOINT_REQUIRE_ALL"
[ "\${0##*/} $1" != 'npm start' ]
`;

describe('.ci/run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stillpoint-ci-'));
    cpSync(join(ROOT, '.ci'), join(folder, '.ci'), { recursive: true });
    mkdirSync(join(folder, 'test/servers'), { recursive: true });
    for (const name of ['apt-get', 'npm', 'sudo', 'test/servers/fetch-mysql.sh', 'test/servers/fetch-userland.sh'])
      writeFileSync(join(folder, name), STAND_IN, { mode: 0o755 });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = () =>
    spawnSync('bash', [join(folder, '.ci/run')], { env: { PATH: `${folder}:${process.env['PATH']}` }, encoding: 'utf8', cwd: '/' });

  it('installs what the README names, requires everything, and names the step that failed', () => {
    writeFileSync(join(folder, 'README.md'), 'text\n\n```\nsudo apt-get install xfsprogs shellcheck\nnpm cit\n```\n');
    const { status, stdout, stderr } = run();
    expect(stdout).toMatch(/install --yes --no-install-recommends xfsprogs shellcheck\b/);
    expect(stdout).toContain('fetch-mysql.sh ');
    expect(stdout).toContain('fetch-userland.sh ');
    expect(stdout).toContain('npm cit, require all: 1');
    expect(stdout).toContain('npm run test:long, require all: 1');
    expect(stderr).toBe('.ci/run: FAILED in npm start (exit 1)\n');
    expect(status).toBe(1);
  });

  it('fails when the README names no packages', () => {
    writeFileSync(join(folder, 'README.md'), 'nothing to install\n');
    const { status, stdout, stderr } = run();
    expect(stderr).toContain('README.md has no line');
    expect(stdout).not.toContain('npm cit,');
    expect(status).toBe(1);
  });
});

describe('README.md', () => {
  it('names the packages that the tests need, in the form that .ci/run reads', () => {
    const line = /^sudo apt-get install(?: -\S+)* (.+)$/m.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))?.[1] ?? '';
    expect(line.split(' ')).toEqual(expect.arrayContaining(['awscli', 'e2fsprogs', 'shellcheck', 'util-linux', 'xfsprogs']));
  });
});

describeWith(['shellcheck'], 'the shell code of the repository', () => {
  it('is clean', () => {
    const { stdout, status } = spawnSync('shellcheck', [join(ROOT, '.ci/run')], { encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});
