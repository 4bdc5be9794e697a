import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const RUNTIME = join(import.meta.dirname, '../../ssm-documents/runtime');

/** Runs the survey on a mount table that is given, without any device behind it. */
const survey = (table: readonly string[]): Record<string, string> => {
  const script = `
    PARAM_EXECUTION_ID=None PARAM_INCLUDE_PATHS= PARAM_EXCLUDE_PATHS=
    for part in contract clock json process state mounts devices refusals survey; do . "$0/$part.sh"; done
    mounts_read() { mounts_parse < <(printf '%s' "$TABLE"); }
    path_is_folder_on() { mounts_find "$1" && [[ \${M_DEV[MOUNT]} == "$2" ]]; }
    readlink() { printf '%s\\n' "\${@: -1}"; }
    survey
    for i in "\${!S_DEV[@]}"; do mounts_unescape "\${S_POINT[i]}"; printf '%s\\t%s\\n' "$PLAIN" "\${S_REASON[i]:-freeze}"; done`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, RUNTIME], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: '/', TABLE: `${table.join('\n')}\n` },
  });
  expect(stderr).toBe('');
  return Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split('\t')),
  );
};

const ROOT = '20 1 259:1 / / rw,relatime shared:1 - xfs /dev/nvme0n1p1 rw,attr2';

describe('the mount table', () => {
  test.each([
    ['ext4 on a disk', '30 20 259:9 / /data rw shared:9 - ext4 /dev/nvme1n1 rw', '/data', 'freeze'],
    ['ext3 on LVM', '30 20 253:0 / /data rw - ext3 /dev/mapper/vg-data rw', '/data', 'freeze'],
    ['a snap', '30 20 7:0 / /snap/core/1 ro,nodev shared:3 - squashfs /dev/loop0 ro', '/snap/core/1', 'read-only'],
    ['squashfs without its option', '30 20 7:0 / /snap/core/1 rw - squashfs /dev/loop0 rw', '/snap/core/1', 'read-only'],
    ['read-only by its superblock', '30 20 259:9 / /data rw - ext4 /dev/nvme1n1 ro,errors=remount-ro', '/data', 'read-only'],
    ['read-only by its only mount', '30 20 259:9 /folder /view ro,relatime - ext4 /dev/nvme1n1 rw', '/view', 'read-only'],
    ['btrfs', '30 20 0:44 / /data rw - btrfs /dev/nvme1n1 rw,space_cache', '/data', 'unsupported'],
    ['zfs', '30 20 0:45 / /tank rw - zfs tank rw,xattr', '/tank', 'unsupported'],
    ['vfat on a disk', '30 20 259:9 / /data rw - vfat /dev/nvme1n1 rw', '/data', 'unsupported'],
    ['nfs', '30 20 0:50 / /share rw - nfs4 server:/share rw,vers=4.1', '/share', 'network'],
    ['a fuse network filesystem', '30 20 0:51 / /bucket rw - fuse.mount-s3 mountpoint-s3 rw', '/bucket', 'network'],
    ['tmpfs', '30 20 0:52 / /cache rw - tmpfs tmpfs rw,size=1k', '/cache', 'memory'],
    ['the EFI partition', '30 20 259:3 / /boot/efi rw - vfat /dev/nvme0n1p3 rw', '/boot/efi', 'boot'],
    ['a name that only begins like boot', '30 20 259:9 / /bootstrap rw - ext4 /dev/nvme1n1 rw', '/bootstrap', 'freeze'],
    ['the root filesystem', ROOT, '/', 'root'],
    ['a space before a digit', '30 20 259:9 / /data\\0401 rw - ext4 /dev/nvme1n1 rw', '/data 1', 'freeze'],
    ['a backslash, a quote, a dollar sign', '30 20 259:9 / /a\\134040"$(x) rw - ext4 /dev/nvme1n1 rw', '/a\\040"$(x)', 'freeze'],
    ['no source', '30 20 0:53 / /odd rw -  tmpfs  rw', '/odd', 'memory'],
    [
      'several optional fields',
      '30 20 259:9 / /data rw shared:1 master:2 propagate_from:3 unbindable - xfs /dev/nvme1n1 rw',
      '/data',
      'freeze',
    ],
  ])('%s', (_, row, mount, reason) => {
    expect(survey([ROOT, ...(row === ROOT ? [] : [row])])[mount]).toBe(reason);
  });

  test('each device once, the last mounted first, the whole rather than a folder of it', () => {
    const table = [
      ROOT,
      '30 20 259:9 /folder /early rw - ext4 /dev/nvme1n1 rw',
      '31 20 259:9 / /whole rw - ext4 /dev/nvme1n1 rw',
      '32 20 259:8 / /other rw - xfs /dev/nvme2n1 rw',
      '33 32 259:7 / /other/inner rw - xfs /dev/nvme3n1 rw',
    ];
    expect(Object.keys(survey(table))).toEqual(['/other/inner', '/other', '/whole', '/']);
  });

  test('a /var of its own is the agent’s', () => {
    const result = survey([ROOT, '30 20 259:9 / /var rw - ext4 /dev/nvme1n1 rw', '31 30 259:8 / /var/lib/mysql rw - ext4 /dev/nvme2n1 rw']);
    expect(result).toMatchObject({ '/var': 'agent', '/var/lib/mysql': 'freeze' });
  });
});
