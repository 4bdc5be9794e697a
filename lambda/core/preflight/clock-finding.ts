import { type Finding, failed, ok, warning } from './finding';

/** A difference that is worth a word. */
const WARN_SECONDS = 5;

export interface ClockFacts {
  /** The instance's clock, as the dry-run printed it. */
  readonly time: string | undefined;
  /** When the dry-run was sent and its end seen: the right time lies between. */
  readonly sentAt: Date;
  readonly seenAt: Date;
  /** Seconds that a pre-script may take: past its deadline, by the instance's clock, it refuses to begin. */
  readonly executionTimeout: number;
}

/**
 * The instance's clock against ours. One that is ahead makes a pre-script refuse its deadline; one that is behind lets it begin
 * after we gave it up.
 */
export const clockFinding = ({ time, sentAt, seenAt, executionTimeout }: ClockFacts): Finding => {
  const there = new Date(time ?? '').getTime();
  if (Number.isNaN(there)) return warning('clock', 'the document does not tell it', 'Deploy: documents of this version do.');
  const ahead = Math.max(0, there - seenAt.getTime()) / 1_000;
  const behind = Math.max(0, sentAt.getTime() - there) / 1_000;
  const found = `${Math.round(Math.max(ahead, behind))} s ${ahead > 0 ? 'ahead of' : 'behind'} AWS's`;
  const advice = 'Set it right and keep it so: chrony with the Amazon Time Sync Service, 169.254.169.123.';
  if (ahead >= executionTimeout) return failed('clock', `${found}: a pre-script would refuse its deadline`, advice);
  return Math.max(ahead, behind) >= WARN_SECONDS ? warning('clock', found, advice) : ok('clock', 'right within seconds');
};
