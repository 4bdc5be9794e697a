import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mode } from './ports';
import { run } from './processes';

export interface DetectedMode {
  readonly mode: Mode;
  /** What real instances lack here, one readable phrase each; empty in real mode. */
  readonly missing: readonly string[];
}

/** Tried for real, each in namespaces of its own, with a scratch folder that holds nothing when they end. */
const PROBES: readonly { readonly phrase: string; readonly script: string }[] = [
  {
    phrase: 'mount, pid and ipc namespaces (unshare, nsenter, setpriv of util-linux)',
    script: 'for tool in nsenter setpriv fsfreeze losetup findmnt; do command -v $tool; done',
  },
  {
    phrase: 'overlay filesystems over /',
    script:
      'mkdir u w r; mount -t overlay overlay -o lowerdir=/,upperdir=$PWD/u,workdir=$PWD/w r; ' +
      'mount -t proc proc r/proc; mount -t devpts -o newinstance devpts r/mnt; mknod r/null c 1 3; cd r; mkdir -p .o; pivot_root . .o',
  },
  {
    phrase: 'loop devices with ext4 (mkfs.ext4)',
    script: 'mkdir m; truncate -s 16M i; mkfs.ext4 -q i; mount -n -o loop i m; fsfreeze -f m; fsfreeze -u m',
  },
  {
    phrase: 'loop devices with xfs (mkfs.xfs)',
    script: 'mkdir m; truncate -s 300M i; mkfs.xfs -q i; mount -n -o loop i m; fsfreeze -f m; fsfreeze -u m',
  },
];

/** Which instances this machine can hold, and what it lacks for real ones. */
export const detectMode = async (): Promise<DetectedMode> => {
  if (process.getuid?.() !== 0) return { mode: 'directory', missing: ['root on Linux'] };
  const scratch = mkdtempSync(join(tmpdir(), 'stillpoint-probe-'));
  try {
    const missing: string[] = [];
    for (const { phrase, script } of PROBES) if (!(await works(scratch, script))) missing.push(phrase);
    return { mode: missing.length === 0 ? 'real' : 'directory', missing };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

const works = async (scratch: string, script: string): Promise<boolean> => {
  const whole = `set -e; mount -n -t tmpfs tmpfs "${scratch}"; cd "${scratch}"; ${script}; `;
  const namespaces = ['--mount', '--pid', '--ipc', '--fork', '--kill-child', '--propagation', 'private'];
  try {
    return (await run(['unshare', ...namespaces, 'bash', '-c', whole])).code === 0;
  } catch {
    return false; // no unshare
  }
};
