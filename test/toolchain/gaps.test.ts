import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasCapability } from '../support/capabilities';

const ROOT = join(import.meta.dirname, '../..');

/** A test that needs a capability which is withheld, and one that needs nothing. */
const SUITE = `import { describeWith } from '../../test/support/capabilities';
describe('plain', () => it('passes', () => {}));
describeWith(['shellcheck', 'xfs'], 'a frozen filesystem', () => it('is thawed', () => {}));
`;

describe('what a machine can’t exercise', () => {
  let folder: string;
  beforeAll(() => {
    mkdirSync(join(ROOT, 'build'), { recursive: true });
    folder = mkdtempSync(join(ROOT, 'build', 'test-gaps-'));
    writeFileSync(join(folder, 'suite.test.ts'), SUITE);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const runJest = (environment: Readonly<Record<string, string>>) => {
    const { STILLPOINT_REQUIRE_ALL: _, ...inherited } = process.env;
    const env = { ...inherited, STILLPOINT_WITHOUT: 'shellcheck,xfs', ...environment };
    const jest = join(ROOT, 'node_modules/.bin/jest');
    const { status, stderr } = spawnSync(jest, ['--ci', '--rootDir', ROOT, '--roots', folder], { cwd: ROOT, env, encoding: 'utf8' });
    return { status, end: stderr.slice(stderr.indexOf('Not exercised')) };
  };

  it('is skipped and listed last, with what would enable it', () => {
    const { status, end } = runJest({});
    expect(status).toBe(0);
    expect(end.trimEnd().split('\n')).toEqual([
      'Not exercised on this machine:',
      '- a frozen filesystem [without shellcheck, xfs]: 1 test',
      'Missing:',
      expect.stringMatching(/^- shellcheck: .*To enable: Debian package shellcheck$/),
      expect.stringMatching(/^- xfs: .*To enable: .*Debian package xfsprogs/),
    ]);
  });

  it('fails the run when everything is required', () => {
    const { status, end } = runJest({ STILLPOINT_REQUIRE_ALL: '1' });
    expect(status).toBe(1);
    expect(end).toMatch(/every gap is a failure\.\n$/);
  });
});

describe('the probe of a capability', () => {
  it('leaves nothing mounted', () => {
    const mounts = () => (existsSync('/proc/self/mountinfo') ? readFileSync('/proc/self/mountinfo', 'utf8') : '');
    const before = mounts();
    expect(typeof hasCapability('loop-devices')).toBe('boolean');
    expect(mounts()).toBe(before);
  });
});
