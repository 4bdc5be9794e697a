import type { Step } from './decide';
import type { Attempt, VssCheck, VssCommand } from './facts';

/**
 * The next step of an attempt that makes its set by VSS: one command, followed to its end, and then a look at what it made. Undefined: the attempt
 * came to no good. A command that is in the journal is followed, never sent again and not cancelled before its time: VSS thaws by itself.
 */
export const vssStep = ({ vss, set, interrupted }: Attempt): Step | undefined => {
  if (vss === undefined && !interrupted) return { do: 'send-vss' };
  if (vss?.kind === 'open') return { do: 'follow-vss' };
  const isUnseen = set === undefined || (set.kind === 'created' && set.check === undefined);
  if (isUnseen && mayHaveMadeSnapshots(vss)) return { do: 'find-vss-set' };
  return isVssConsistent({ vss, set }) ? { do: 'close' } : undefined;
};

const mayHaveMadeSnapshots = (vss: VssCommand | undefined): boolean =>
  vss?.kind !== 'refused' && !(vss?.kind === 'timed-out' && !vss.started && !vss.stillRunning);

/** The command succeeded, and VSS says of each snapshot, and there is one of each volume and of no other, that it is application-consistent. */
export const isVssConsistent = ({ vss, set }: Pick<Attempt, 'vss' | 'set'>): boolean =>
  vss?.kind === 'succeeded' && set?.kind === 'created' && set.check !== undefined && isGood(set.check);

/** Nothing stands against the set. */
export const isGood = ({ inconsistent, missing, foreign }: VssCheck): boolean =>
  inconsistent.length === 0 && missing.length === 0 && foreign.length === 0;

/** VSS may still be at work for this attempt: none is begun on top of it. */
export const vssMayStillRun = ({ vss, interrupted }: Attempt): boolean => {
  if (vss === undefined) return interrupted; // its snapshots were found, the command was not
  return vss.kind === 'open' || vss.kind === 'lost' || (vss.kind === 'timed-out' && vss.stillRunning);
};

/** A set with a snapshot of each volume is crash-consistent at least: all of one CreateSnapshots call of VSS's. */
export const isWholeVssSet = ({ set }: Attempt): boolean => set?.kind === 'created' && set.check?.missing.length === 0;
