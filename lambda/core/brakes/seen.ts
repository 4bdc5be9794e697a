import type { Pause } from './policy-brake';
import type { FreezeLimit } from './slots';

/** The table of brakes: one stack a region and account, so a fixed name. */
export const BRAKES_TABLE = 'stillpoint-brakes';

/** The command that lifts the stop switch, or a policy's pause. */
export const resumeCommand = (policyId?: string): string => `npm run brakes -- resume${policyId === undefined ? '' : ` ${policyId}`}`;

/** The stop switch, while it is set. */
export interface StopSwitch {
  readonly since: Date;
  readonly reason: string;
  /** The stack goes: what is queued is refused instead of held. */
  readonly removing?: true;
}

/** What a worker saw of the brakes right before an attempt. */
export type BrakesSeen =
  | { readonly readable: false; readonly why: string }
  | {
      readonly readable: true;
      readonly stop: StopSwitch | undefined;
      readonly pause: Pause | undefined;
      /** The limit that has no slot left for this execution; where there is none, its slots are taken. */
      readonly full: FreezeLimit | undefined;
    };

/** A brake that holds an execution back until it is off. */
export type HoldingBrake = 'stop-switch' | 'maximum-freezes' | 'unreadable';

export interface Held {
  readonly brake: HoldingBrake;
  readonly detail: string;
}

/** What holds an attempt back, or undefined. What can't be read holds, too: a switch may be set that nobody sees. */
export const heldBy = (seen: BrakesSeen): Held | undefined => {
  if (!seen.readable) return { brake: 'unreadable', detail: `the table ${BRAKES_TABLE} can't be read: ${seen.why}` };
  const { stop, full } = seen;
  if (stop !== undefined) return { brake: 'stop-switch', detail: `set at ${stop.since.toISOString()}: ${stop.reason}` };
  if (full === undefined) return undefined;
  const whose = full.scope === 'account' ? 'the account' : `policy ${full.scope.policyId}`;
  return { brake: 'maximum-freezes', detail: `${whose} has ${full.maximum} freezes at once, its maximum` };
};

/** Why nothing may begin, ever again; undefined while the stack stays. */
export const removedBy = (seen: BrakesSeen): string | undefined => (seen.readable && seen.stop?.removing ? seen.stop.reason : undefined);

/** Why a policy's scripts are refused, or undefined. */
export const pausedBy = (seen: BrakesSeen, policyId: string): string | undefined =>
  seen.readable && seen.pause !== undefined
    ? `paused at ${seen.pause.since.toISOString()}: ${seen.pause.reason}; to go on: ${resumeCommand(policyId)}`
    : undefined;
