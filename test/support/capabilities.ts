import { spawnSync } from 'node:child_process';

/** Something that a test may need and that not every machine has. */
export interface Capability {
  /** What can't be exercised without it. */
  readonly exercises: string;
  /** How to enable it, as printed after the tests. */
  readonly enable: string;
  readonly probe: () => boolean;
}

const succeeds = (command: string, ...args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore', timeout: 30_000 }).status === 0;

/** Runs a script in a mount namespace of its own: what it mounts goes away with it, and so do its loop devices. */
const succeedsInNamespace = (script: string): boolean => succeeds('unshare', '--mount', '--propagation', 'private', 'bash', '-euc', script);

/** Makes a filesystem in a file and mounts it. The scratch folder is a tmpfs inside the namespace, so nothing stays. */
const mountsImage = (size: string, makeFilesystem: string): boolean =>
  succeedsInNamespace(
    `mount -t tmpfs tmpfs /mnt; cd /mnt; mkdir m; truncate -s ${size} image; ${makeFilesystem} image; mount -o loop image m; umount m`,
  );

const sharesExtents = 'mount -t tmpfs tmpfs /mnt; cd /mnt; mkdir m; truncate -s 320M image; mkfs.xfs -q -m reflink=1 image';

/** Where {@link CAPABILITIES}' old-userland lies: a folder to lay over a root folder. */
export const OLD_USERLAND = '/var/cache/stillpoint/userland';

const CAPABILITIES = {
  'mount-namespaces': {
    exercises: 'instances in namespaces of their own, frozen filesystems',
    enable: 'run as root on Linux with CAP_SYS_ADMIN; Debian package util-linux (unshare, nsenter)',
    probe: () => succeedsInNamespace('true'),
  },
  'loop-devices': {
    exercises: 'volumes that are image files',
    enable: 'root and /dev/loop-control (in a container: --privileged); Debian packages mount, e2fsprogs',
    probe: () => mountsImage('8M', 'mkfs.ext4 -q'),
  },
  ext4: {
    exercises: 'ext4 volumes',
    enable: 'root and loop devices; Debian package e2fsprogs (mkfs.ext4)',
    probe: () => mountsImage('8M', 'mkfs.ext4 -q'),
  },
  xfs: {
    exercises: 'xfs volumes, snapshots by reflink',
    enable: 'root, loop devices and a kernel with xfs; Debian package xfsprogs (mkfs.xfs)',
    probe: () => succeedsInNamespace(`${sharesExtents}; mount -o loop image m; echo a > m/a; cp --reflink=always m/a m/b; umount m`),
  },
  'old-userland': {
    exercises: 'the documents on an older bash and util-linux',
    enable: `sudo bash test/servers/fetch-userland.sh (on Debian: unpacks them into ${OLD_USERLAND})`,
    probe: () => succeeds(`${OLD_USERLAND}/usr/bin/bash`, '--version'),
  },
  shellcheck: {
    exercises: 'the check of the documents’ shell code',
    enable: 'Debian package shellcheck',
    probe: () => succeeds('shellcheck', '--version'),
  },
  'aws-cli': {
    exercises: 'the sandbox driven by the official AWS CLI',
    enable: 'Debian package awscli',
    probe: () => succeeds('aws', '--version'),
  },
  chromium: {
    exercises: 'the picture of a run in a real browser',
    enable: 'Debian packages chromium-headless-shell, fonts-dejavu-core',
    probe: () => succeeds('chromium-headless-shell', '--version'),
  },
  mariadb: {
    exercises: 'a real MariaDB under load',
    enable: 'Debian package mariadb-server (the service need not run)',
    probe: () => succeeds('mariadbd', '--version'),
  },
  mysql: {
    exercises: 'a real MySQL under load',
    enable: 'sudo bash test/servers/fetch-mysql.sh (on Debian: unpacks one into /var/cache/stillpoint/mysql)',
    probe: () => succeeds('/var/cache/stillpoint/mysql/bin/mysqld', '--version'),
  },
  postgresql: {
    exercises: 'a real PostgreSQL under load',
    enable: 'Debian package postgresql (the service need not run)',
    probe: () => succeeds('bash', '-c', 'compgen -G "/usr/lib/postgresql/*/bin/postgres" && setpriv --version'),
  },
  redis: {
    exercises: 'a real Redis under load',
    enable: 'Debian package redis-server (the service need not run)',
    probe: () => succeeds('redis-server', '--version'),
  },
} as const satisfies Record<string, Capability>;

export type CapabilityName = keyof typeof CAPABILITIES;

/** Capabilities to treat as missing, by name and separated by commas: shows what a lesser machine would skip. */
const withheld = new Set((process.env['STILLPOINT_WITHOUT'] ?? '').split(','));

const probed = new Map<CapabilityName, boolean>();

/** Whether this machine has the capability. Probed once a test file. */
export const hasCapability = (name: CapabilityName): boolean => {
  const known = probed.get(name);
  if (known !== undefined) return known;
  const found = !withheld.has(name) && CAPABILITIES[name].probe();
  probed.set(name, found);
  return found;
};

/** How a skipped group of tests tells the gap reporter what it lacked: in its title. */
export const gapMark = (missing: readonly string[]): string => `[without ${missing.join(', ')}]`;

/** The capabilities that a title was marked with; none for a title without a mark. */
export const readGapMark = (title: string): readonly string[] => /\[without ([^\]]+)\]$/.exec(title)?.[1]?.split(', ') ?? [];

/** What a capability's gap means and what ends it. */
export const describeGap = (name: string): string => {
  const known: Readonly<Record<string, Capability>> = CAPABILITIES;
  const capability = known[name];
  return capability === undefined ? name : `${name}: ${capability.exercises}. To enable: ${capability.enable}`;
};

/**
 * `describe` for tests that need more than every machine has. Lacking any of the capabilities, the group is skipped and listed
 * after the run with what would enable it; with STILLPOINT_REQUIRE_ALL=1 such a gap fails the run.
 */
export const describeWith = (capabilities: readonly CapabilityName[], name: string, define: () => void): void => {
  const missing = capabilities.filter((capability) => !hasCapability(capability));
  if (missing.length === 0) describe(name, define);
  else describe.skip(`${name} ${gapMark(missing)}`, define);
};
