import type { PastSet, RightsFacts } from './facts';
import { type Finding, failed, ok, warning } from './finding';

/** EC2's DryRun of CreateSnapshots, with the tags of a real one. It does not look at the use of KMS keys. */
export const rightsFinding = (rights: RightsFacts): Finding => {
  if (rights.allowed) return ok('rights', 'ec2:CreateSnapshots with our tags is allowed');
  return failed(
    'rights',
    `ec2:CreateSnapshots: ${rights.code}: ${rights.message}`,
    'Deploy the stack with this policy; then look at service control policies and permissions boundaries: docs/security.md.',
  );
};

const HOUR_MS = 3_600_000;

/** `40 min ago`, `7 h ago`, `3 d ago`. */
const ago = (ms: number): string => {
  if (ms < 2 * HOUR_MS) return `${Math.max(0, Math.round(ms / 60_000))} min ago`;
  return ms < 48 * HOUR_MS ? `${Math.round(ms / HOUR_MS)} h ago` : `${Math.round(ms / HOUR_MS / 24)} d ago`;
};

/** The newest set of this policy on the instance, in words. */
export const lastSetText = (set: PastSet | undefined, now: Date): string =>
  set === undefined ? 'none yet' : `${ago(now.getTime() - set.at.getTime())}, ${set.consistency}`;

export const lastSetFinding = (set: PastSet | undefined, now: Date): Finding => {
  const found = lastSetText(set, now);
  return set === undefined || set.consistency === 'application'
    ? ok('last-set', found)
    : warning('last-set', found, 'Its tag stillpoint:reason says why; docs/events.md.');
};

/** A pre-script of DLM, say, whose post-script has not come: ours would wait for it, and give up. */
export const otherScriptsFinding = (foreignPreScript: string | undefined): Finding =>
  foreignPreScript === undefined
    ? ok('other-scripts', 'no pre-script of another sender is open')
    : failed(
        'other-scripts',
        `a pre-script of another sender is open: ${foreignPreScript}`,
        'Give Stillpoint another minute than DLM: docs/migrate-from-dlm.md.',
      );
