import type { Attempt } from './facts';

/** Why a set that VSS made is what it is, or why there is none. */
export const VSS_REASONS = [
  /** VSS's own word on each snapshot: `reported`, since nothing on the instance proves it to us. */
  'vss-consistent',
  'vss-not-consistent',
  'vss-incomplete',
  'vss-no-snapshots',
  'vss-failed',
  'vss-timed-out',
  'vss-unclear',
  'vss-refused',
] as const;
export type VssReason = (typeof VSS_REASONS)[number];

export interface VssVerdict {
  readonly reason: VssReason;
  readonly detail: string;
}

/** What an attempt by VSS came to. */
export const vssVerdict = (attempt: Attempt): VssVerdict => {
  const { vss } = attempt;
  switch (vss?.kind) {
    case 'succeeded':
      return verdictOnSet(attempt);
    case 'failed':
      return { reason: 'vss-failed', detail: vss.error === '' ? `exit code ${vss.exitCode}` : vss.error };
    case 'timed-out':
      return { reason: 'vss-timed-out', detail: vss.started ? 'the command did not end in its time' : 'the command never started' };
    case 'refused':
      return { reason: 'vss-refused', detail: `${vss.code}: ${vss.message}` };
    default:
      return { reason: 'vss-unclear', detail: 'SendCommand gave no answer' };
  }
};

const verdictOnSet = ({ set }: Attempt): VssVerdict => {
  if (set?.kind !== 'created') return { reason: 'vss-no-snapshots', detail: 'the command succeeded, but no snapshot carries its tags' };
  const { inconsistent = [], missing = [], foreign = [] } = set.check ?? {};
  if (missing.length > 0) return { reason: 'vss-incomplete', detail: `no snapshot of ${missing.join(', ')}` };
  if (foreign.length > 0) return { reason: 'vss-incomplete', detail: `snapshots of volumes that are not attached: ${foreign.join(', ')}` };
  if (set.check === undefined || inconsistent.length > 0)
    return { reason: 'vss-not-consistent', detail: `without AppConsistent = true: ${inconsistent.join(', ')}` };
  return { reason: 'vss-consistent', detail: '' };
};
