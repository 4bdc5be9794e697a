import { type BrakesSeen, type HoldingBrake, heldBy, removedBy } from '../brakes/seen';
import type { Refusal } from './facts';
import type { AttachedVolume, Selection, SetRequest } from './set-request';

/** A run is not begun later than this after its due minute (DLM initiates within 60 minutes). */
export const LATEST_START_MS = 60 * 60_000;
/** EC2 refuses another snapshot of a volume within 15 s (SnapshotCreationPerVolumeRateExceeded). */
export const VOLUME_PAUSE_MS = 15_000;
/** Pending snapshots that EC2 allows a volume: 1 for st1 and sc1, 5 for the others. */
const pendingLimit = (volumeType: string): number => (volumeType === 'st1' || volumeType === 'sc1' ? 1 : 5);
/** The guardian must hold for at least this long, or its deadline may come before CreateSnapshots answers. */
export const LEAST_AUTO_THAW_SECONDS = 10;

export interface ObservedVolume extends AttachedVolume {
  readonly volumeType: string;
  readonly lastSnapshotAt: Date | undefined;
  readonly pendingSnapshots: number;
}

/** What the worker looks up before anything of the instance, and again and again while a brake holds. */
export interface RunObservation {
  readonly now: Date;
  readonly due: Date;
  readonly policyEnabled: boolean;
  readonly brakes: BrakesSeen;
}

/** What the worker looked up before an attempt. */
export interface Observation {
  readonly now: Date;
  /** EC2's instance state, or undefined when EC2 doesn't know it any more. */
  readonly instanceState: string | undefined;
  /** It carries a target tag of the policy, as the policy is now. */
  readonly isTarget: boolean;
  /** Of what is attached: the volumes of the set. */
  readonly selection: Selection<ObservedVolume>;
  /** The rest matters to policies with scripts only. */
  readonly scripts:
    | {
        readonly agent: 'online' | 'offline' | 'unmanaged';
        readonly document:
          | { readonly ok: true; readonly autoThawSeconds: number | undefined }
          | { readonly ok: false; readonly problem: string };
        /** A pre-script of another sender that has no post-script yet. */
        readonly foreignPreScript: string | undefined;
        /** Why the policy is paused. */
        readonly paused: string | undefined;
        /** Why VSS can't make a set of the instance, where the policy makes it by VSS. */
        readonly againstVss: { readonly why: Refusal; readonly detail: string } | undefined;
      }
    | undefined;
}

export type Admission =
  | { readonly kind: 'admitted'; readonly request?: SetRequest }
  /** Look again after `ms`; once patience ends it is the refusal. */
  | { readonly kind: 'wait'; readonly ms: number; readonly why: Refusal; readonly detail: string }
  /** A brake is on: look again for as long as it is, until the run has expired. */
  | { readonly kind: 'hold'; readonly brake: HoldingBrake; readonly detail: string }
  | { readonly kind: 'refused'; readonly why: Refusal; readonly detail: string };

const refused = (why: Refusal, detail: string): Admission => ({ kind: 'refused', why, detail });

/** May an attempt of this run begin now, whatever its instance says? A run that is over is not held any longer. */
export const admitRun = ({ now, due, policyEnabled, brakes }: RunObservation): Admission => {
  if (!policyEnabled) return refused('policy-disabled', 'the policy is disabled or gone');
  const late = now.getTime() - due.getTime();
  if (late > LATEST_START_MS) return refused('expired', `${Math.floor(late / 60_000)} min after the due minute, at most 60 are allowed`);
  const removed = removedBy(brakes);
  if (removed !== undefined) return refused('stack-removed', removed);
  const held = heldBy(brakes);
  return held === undefined ? { kind: 'admitted' } : { kind: 'hold', ...held };
};

/** May an attempt begin on the instance now? The first thing that stands against it, those without a way round first. */
export const admit = (seen: Observation): Admission => {
  const { now, selection } = seen;
  const wrong = againstInstance(seen);
  if (wrong !== undefined) return wrong;
  if (!selection.ok) return refused('volumes-excluded', selection.problem);
  return againstVolumes(now, selection.volumes) ?? againstRunning(seen) ?? { kind: 'admitted', request: selection.request };
};

const againstInstance = ({ instanceState, isTarget, selection }: Observation): Admission | undefined => {
  if (instanceState === undefined || instanceState === 'terminated' || instanceState === 'shutting-down') {
    return refused('instance-gone', `instance state ${instanceState ?? 'unknown to EC2'}`);
  }
  if (!isTarget) return refused('not-a-target', 'the instance carries no target tag of the policy');
  if (selection.ok && selection.volumes.length === 0) return refused('no-volumes', 'no EBS volume is attached');
  return undefined;
};

const againstRunning = ({ instanceState, scripts }: Observation): Admission | undefined => {
  if (instanceState === 'stopped') return refused('instance-stopped', 'instance state stopped');
  if (instanceState !== 'running')
    return { kind: 'wait', ms: 10_000, why: 'instance-in-transit', detail: `instance state ${instanceState}` };
  return scripts && againstScripts(scripts);
};

const againstScripts = (scripts: NonNullable<Observation['scripts']>): Admission | undefined => {
  if (scripts.paused !== undefined) return refused('policy-paused', scripts.paused);
  if (scripts.againstVss !== undefined) return refused(scripts.againstVss.why, scripts.againstVss.detail);
  if (scripts.agent === 'unmanaged') return refused('agent-unmanaged', 'Systems Manager does not know the instance');
  if (scripts.agent === 'offline') return refused('agent-offline', 'the SSM Agent has lost its connection');
  if (!scripts.document.ok) return refused('document-refused', scripts.document.problem);
  const { autoThawSeconds } = scripts.document;
  if (autoThawSeconds !== undefined && autoThawSeconds < LEAST_AUTO_THAW_SECONDS) {
    return refused(
      'auto-thaw-too-short',
      `the document thaws by itself after ${autoThawSeconds} s, at least ${LEAST_AUTO_THAW_SECONDS} are needed`,
    );
  }
  if (scripts.foreignPreScript === undefined) return undefined;
  return { kind: 'wait', ms: 5_000, why: 'foreign-freeze', detail: `pre-script of another sender is open: ${scripts.foreignPreScript}` };
};

const againstVolumes = (now: Date, volumes: readonly ObservedVolume[]): Admission | undefined => {
  const full = volumes.find((volume) => volume.pendingSnapshots >= pendingLimit(volume.volumeType));
  if (full !== undefined) {
    return {
      kind: 'wait',
      ms: 10_000,
      why: 'snapshots-pending',
      detail: `${full.volumeId} has ${full.pendingSnapshots} pending snapshots`,
    };
  }
  const youngest = Math.max(...volumes.map((volume) => volume.lastSnapshotAt?.getTime() ?? Number.NEGATIVE_INFINITY));
  const ms = youngest + VOLUME_PAUSE_MS - now.getTime();
  return ms > 0 ? { kind: 'wait', ms, why: 'snapshots-pending', detail: 'a volume had a snapshot less than 15 s ago' } : undefined;
};
