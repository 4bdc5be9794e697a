import type { BrakesSeen } from '../brakes/seen';
import type { ContractDocument } from '../document-contract';
import type { AttachedVolume } from '../execution/set-request';
import type { Plan } from '../execution-message';
import type { Policy } from '../policy/policy-schema';
import type { PolicyState } from '../policy-state/policy-state';
import type { DryRunLine } from './dry-run-line';

/** EC2's view of a target. */
export interface InstanceFacts {
  readonly state: string;
  readonly instanceType: string;
  readonly windows: boolean;
  readonly tags: ReadonlyMap<string, string>;
  /** ARN of the instance profile. */
  readonly profile: string | undefined;
  /** EBS volumes that are attached. */
  readonly volumes: readonly AttachedVolume[];
}

/** Systems Manager's view of it. */
export type AgentFacts =
  | { readonly kind: 'managed'; readonly online: boolean; readonly version: string; readonly platform: string }
  | { readonly kind: 'unmanaged' }
  /** Systems Manager itself could not be asked. */
  | { readonly kind: 'unreachable'; readonly error: string };

export type DocumentFacts =
  | {
      readonly ok: true;
      readonly name: string;
      readonly version: string | undefined;
      readonly platforms: readonly string[];
      readonly contract: ContractDocument;
    }
  | { readonly ok: false; readonly problem: string };

/** What became of the document's dry-run. Times are those of this function's clock. */
export type DryRunFacts =
  /** Something else stands against it, and is told. */
  | { readonly kind: 'not-sent' }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'no-answer'; readonly status: string }
  | {
      readonly kind: 'ended';
      readonly sentAt: Date;
      readonly seenAt: Date;
      readonly exitCode: number;
      readonly line: DryRunLine | undefined;
    };

/** EC2's answer to CreateSnapshots with DryRun. */
export type RightsFacts = { readonly allowed: true } | { readonly allowed: false; readonly code: string; readonly message: string };

/** A set of the policy on this instance. */
export interface PastSet {
  readonly at: Date;
  /** The tag's value; `pending` counts as unproven. */
  readonly consistency: string;
}

/** Where a target is looked at. */
export interface PreflightSubject {
  readonly now: Date;
  readonly policyId: string;
  readonly policy: Policy;
  readonly instanceId: string;
  /** Names of the schedules whose runs are looked at. */
  readonly schedules: readonly string[];
  /** Their script; undefined where no schedule has one. */
  readonly plan: Plan | undefined;
}

/** All that a preflight knows of one target. */
export interface PreflightFacts extends PreflightSubject {
  /** ARNs of the customer managed keys of the targets' volumes. */
  readonly volumeKeys: readonly string[];
  readonly brakes: BrakesSeen;
  /** Undefined: never in ERROR, or the table gives no answer. */
  readonly state: PolicyState | undefined;
  /** Undefined: EC2 knows no such instance. */
  readonly instance: InstanceFacts | undefined;
  readonly agent: AgentFacts;
  /** Undefined without scripts, and by VSS. */
  readonly document: DocumentFacts | undefined;
  readonly dryRun: DryRunFacts;
  readonly rights: RightsFacts;
  /** A pre-script of another sender that has no post-script yet. */
  readonly foreignPreScript: string | undefined;
  readonly lastSet: PastSet | undefined;
}
