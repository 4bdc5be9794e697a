import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SCRIPT = resolve(import.meta.dirname, '../../sandbox/instance/snapshot.sh');

/** The script with stand-ins for fsfreeze and cp that note each call; `busy` says on which freezes the filesystem is held by its instance. */
describe('copying a set', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stillpoint-snapshot-'));
    mkdirSync(join(folder, 'mount'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const stub = (name: string, body: string): void => {
    writeFileSync(join(folder, name), `#!/bin/bash\necho "${name} $1" >> ${folder}/calls\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  };

  const copy = (freezes: readonly ('ours' | 'busy' | 'broken')[], copying = ''): { status: number | null; calls: string } => {
    writeFileSync(join(folder, 'freezes'), `${freezes.join('\n')}\n`);
    stub('cp', copying);
    stub(
      'fsfreeze',
      `[[ $1 == -u ]] && exit 0
       next=$(head -n 1 ${folder}/freezes); sed -i 1d ${folder}/freezes
       case $next in ours) ;; busy) echo "Device or resource busy" >&2; exit 1 ;; *) echo "Input/output error" >&2; exit 1 ;; esac`,
    );
    const env = { PATH: `${folder}:${process.env['PATH']}` };
    const { status } = spawnSync('bash', [SCRIPT, 'always', 'image', 'copy', join(folder, 'mount')], { env });
    return { status, calls: readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n').join(', ') };
  };

  test('a filesystem that nobody holds is held while copying', () => {
    expect(copy(['ours'])).toEqual({ status: 0, calls: 'fsfreeze -f, cp --sparse=auto, fsfreeze -u' });
  });

  test('one that its instance holds is looked at again after copying, and left alone', () => {
    expect(copy(['busy', 'busy'])).toEqual({ status: 0, calls: 'fsfreeze -f, cp --sparse=auto, fsfreeze -f' });
  });

  test('when the instance thaws it while copying, the copies are made again, held from here', () => {
    const again = 'fsfreeze -f, cp --sparse=auto, fsfreeze -f, fsfreeze -u, fsfreeze -f, cp --sparse=auto, fsfreeze -u';
    expect(copy(['busy', 'ours', 'ours'])).toEqual({ status: 0, calls: again });
  });

  test('a copy that fails leaves nothing held', () => {
    expect(copy(['ours'], 'exit 1')).toEqual({ status: 1, calls: 'fsfreeze -f, cp --sparse=auto, fsfreeze -u' });
  });

  test('a freeze that fails for another reason fails the set, uncopied', () => {
    expect(copy(['broken'])).toEqual({ status: 1, calls: 'fsfreeze -f' });
  });
});

test('the scripts of instances are valid shell', () => {
  for (const script of ['snapshot.sh', 'instance-init.sh']) execFileSync('bash', ['-n', resolve(SCRIPT, '..', script)]);
});
