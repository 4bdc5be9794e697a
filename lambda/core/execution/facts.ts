import type { Cause } from '../cause';
import type { ResultLine } from '../result-line';
import type { SetRequest } from './set-request';

/** Where a command is, as SSM keeps it. */
export interface CommandRef {
  readonly commandId: string;
  readonly documentVersion: string | undefined;
}

interface Timed {
  readonly sentAt: Date;
  readonly endedAt: Date;
}

/** A script whose end is not known yet. Without `command` the answer of SendCommand was lost. */
export interface OpenScript {
  readonly kind: 'open';
  readonly sentAt: Date;
  readonly command: CommandRef | undefined;
}

/** A script that ended, or never began. */
export type EndedScript =
  | (Timed & { readonly kind: 'succeeded'; readonly command: CommandRef; readonly line: ResultLine | undefined })
  | (Timed & {
      readonly kind: 'failed';
      readonly command: CommandRef;
      readonly cause: Cause;
      readonly exitCode: number;
      readonly line: ResultLine | undefined;
    })
  /** Not ended in its time by our clock, or killed. `started`: false only when SSM says that it never ran and never will. */
  | (Timed & { readonly kind: 'timed-out'; readonly command: CommandRef; readonly started: boolean; readonly stillRunning: boolean })
  /** Sent without an answer, and not found afterwards: it may or may not have run. */
  | (Timed & { readonly kind: 'lost' })
  /** Refused by SSM before it reached the instance: it never ran. */
  | (Timed & { readonly kind: 'refused'; readonly code: string; readonly message: string });

export type Script = OpenScript | EndedScript;

/** A VSS command that ended, or never began. That it succeeded says nothing of its snapshots yet. */
export type EndedVss =
  | (Timed & { readonly kind: 'succeeded'; readonly command: CommandRef })
  | (Timed & { readonly kind: 'failed'; readonly command: CommandRef; readonly exitCode: number; readonly error: string })
  | Exclude<EndedScript, { readonly kind: 'succeeded' | 'failed' }>;

export type VssCommand = OpenScript | EndedVss;

export interface SetMember {
  readonly snapshotId: string;
  readonly volumeId: string;
}

/** What stands against a set that VSS made. */
export interface VssCheck {
  /** Snapshots without VSS's own word that they are application-consistent (`AppConsistent` = `true`). */
  readonly inconsistent: readonly string[];
  /** Volumes of the instance that should have a snapshot and have none. */
  readonly missing: readonly string[];
  /** Volumes with a snapshot that the instance does not have, or has no more: without it nobody can say what is missing. */
  readonly foreign: readonly string[];
}

/** When CreateSnapshots was called and had answered, by the worker's clock. Not known of a call that an earlier worker made. */
interface Called {
  readonly call?: { readonly from: Date; readonly to: Date } | undefined;
}

/** What is known of an attempt's snapshot set. */
export type SnapshotSet = Called & SetAnswer;

type SetAnswer =
  | {
      readonly kind: 'created';
      readonly members: readonly SetMember[];
      /** CreateSnapshots had answered (or the set was found) before post was sent. */
      readonly answeredBeforePost: boolean;
      /** How many tags EC2 copied from a volume at most; undefined: it was not asked to, or nobody knows. */
      readonly copiedTags?: number | undefined;
      /** Only of a set that VSS made, once its command has ended. */
      readonly check?: VssCheck | undefined;
    }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  /** CreateSnapshots gave no answer: look by tag, once nothing is frozen. */
  | { readonly kind: 'unclear' };

/** Why an attempt may not begin. */
export const REFUSALS = [
  'expired',
  'policy-disabled',
  /** The stack is being removed. */
  'stack-removed',
  /** By a person, or after too many incidents: no script runs. */
  'policy-paused',
  'instance-gone',
  /** It lost the policy's target tags since it was planned, or never had them. */
  'not-a-target',
  'no-volumes',
  /** All volumes, or more than EC2 can leave out. */
  'volumes-excluded',
  'instance-stopped',
  /** Starting or stopping. */
  'instance-in-transit',
  'agent-unmanaged',
  'agent-offline',
  'document-refused',
  'auto-thaw-too-short',
  'foreign-freeze',
  'snapshots-pending',
  /** VSS is of Windows. */
  'vss-not-windows',
  'vss-instance-type',
] as const;
export type Refusal = (typeof REFUSALS)[number];

export interface Attempt {
  readonly number: number;
  /** From the journal: the invocation that ran it has ended. */
  readonly interrupted: boolean;
  readonly refusal?: { readonly why: Refusal; readonly detail: string } | undefined;
  /** What its set is made of, as looked up before it began. Never known of an earlier invocation's. */
  readonly request?: SetRequest | undefined;
  readonly pre?: Script | undefined;
  /** In the place of scripts: the command that makes the set from the instance. */
  readonly vss?: VssCommand | undefined;
  readonly set?: SnapshotSet | undefined;
  /** Every post-script sent for this attempt, in order; a recovery thaw is one, too. */
  readonly posts: readonly Script[];
}

/** What the document allows, read once when the execution starts. */
export interface DocumentTraits {
  /** Beyond DLM's contract: parameters of ours that it declares, `outcome` and `deadline`. */
  readonly parameters: ReadonlySet<string>;
  /** Its post-script records a backup (or is HANA's managed document): no recovery thaw by itself. */
  readonly recordsBackupInPost: boolean;
}

export interface Facts {
  readonly attempts: readonly Attempt[];
  /** The set of a fallback, of a stopped instance or of a policy without scripts. */
  readonly plainSet?: SnapshotSet | undefined;
}

export const lastAttempt = (facts: Facts): Attempt | undefined => facts.attempts.at(-1);

export const isOpen = (script: Script | VssCommand | undefined): script is OpenScript => script?.kind === 'open';
