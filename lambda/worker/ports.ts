import type { BrakesTable } from '../brakes/brakes-table';
import type { BrakeSettings } from '../core/brakes/brake-settings';
import type { ContractCheck } from '../core/document-contract';
import type { OutgoingEvent } from '../core/event/common';
import type { ObservedVolume } from '../core/execution/admission';
import type { CommandState } from '../core/execution/command-state';
import type { CommandRef, SetMember } from '../core/execution/facts';
import type { JournalSet } from '../core/execution/journal';
import type { SetRequest } from '../core/execution/set-request';
import type { MetricValues } from '../core/metric-names';
import type { Policy } from '../core/policy/policy-schema';
import type { TaggedVolume } from '../core/set-tags';
import type { Tags } from '../core/snapshot-tags';
import type { VssHost } from '../core/vss/against-vss';

/** What SendCommand came to. `lost`: no answer, the command may or may not exist. */
export type SendAnswer =
  | { readonly kind: 'sent'; readonly command: CommandRef }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'lost' };

export interface ScriptRequest {
  readonly instanceId: string;
  readonly document: PinnedDocument;
  readonly comment: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A command in the instance's history, whoever sent it. */
export interface HistoryCommand {
  readonly command: CommandRef;
  readonly comment: string;
  readonly documentName: string;
  readonly requestedAt: Date;
  readonly status: CommandState['status'];
  /** The parameters `command` and `executionId` of the contract, where given. */
  readonly script: string | undefined;
  readonly executionId: string | undefined;
}

export interface Commands {
  send(request: ScriptRequest): Promise<SendAnswer>;
  /** The command's state on the instance; `Pending` while SSM does not show it yet, undefined when SSM gives no answer. Never throws. */
  state(instanceId: string, command: CommandRef, steps: readonly string[]): Promise<CommandState | undefined>;
  /** Never throws: `state` tells what came of it. */
  cancel(instanceId: string, command: CommandRef): Promise<void>;
  history(instanceId: string, since: Date): Promise<readonly HistoryCommand[]>;
}

/** A document as it was when the execution started: pre and post run the same version. */
export interface PinnedDocument {
  readonly name: string;
  readonly version: string | undefined;
  /** SHA-256, for documents shared by another account. */
  readonly hash: string | undefined;
  readonly platforms: readonly string[];
  readonly contract: ContractCheck;
}

export interface Documents {
  /** A `problem`, in words, where SSM has no such document, or it is not active. */
  pin(name: string, stages: readonly ('pre' | 'post')[]): Promise<PinnedDocument | { readonly problem: string }>;
}

/** One CreateSnapshots call. */
export interface CreateRequest extends SetRequest {
  readonly instanceId: string;
  readonly description: string;
  readonly tags: Tags;
}

export type CreateAnswer =
  | { readonly kind: 'created'; readonly members: readonly SetMember[] }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'unclear' };

export interface SnapshotSets {
  create(request: CreateRequest): Promise<CreateAnswer>;
  ofExecution(executionId: string): Promise<readonly JournalSet[]>;
  tag(members: readonly SetMember[], tags: Tags): Promise<void>;
  /** The tags of volumes now, attached or not; those that are gone are left out. */
  volumes(volumeIds: readonly string[]): Promise<readonly TaggedVolume[]>;
}

export interface Instances {
  /** EC2's state of the instance (undefined: gone), its tags, and its EBS volumes with their latest snapshots. */
  observe(instanceId: string): Promise<{
    readonly state: string | undefined;
    readonly tags: ReadonlyMap<string, string>;
    readonly volumes: readonly ObservedVolume[];
    readonly host: VssHost;
  }>;
  /** Systems Manager's view: the agent's connection and the platform it reports. */
  agent(instanceId: string): Promise<{ readonly ping: 'online' | 'offline' | 'unmanaged'; readonly platform: string | undefined }>;
}

export interface Lease {
  /** Extend the lease now, and again from time to time. Throws when the message is no longer ours. */
  beat(): Promise<void>;
  /** True while nobody else can have been given the message. */
  held(): boolean;
  /** No heartbeats while `quiet`: inside a freeze only its own calls are made. */
  quiet(on: boolean): void;
}

export interface Clock {
  now(): Date;
  sleep(ms: number): Promise<void>;
}

/** All that the worker reaches outside itself. */
export interface Ports {
  readonly commands: Commands;
  readonly documents: Documents;
  readonly sets: SnapshotSets;
  readonly instances: Instances;
  readonly lease: Lease;
  readonly clock: Clock;
  readonly recordMetrics: (policyId: string, values: MetricValues) => void;
  readonly log: (level: 'info' | 'warn', message: string, fields: object) => void;
  readonly publish: (events: readonly OutgoingEvent[]) => Promise<void>;
  /** Hand the execution on to another invocation. `held`: the same attempt again, since a brake held it. */
  readonly continueWith: (attempt: number, held: boolean) => Promise<void>;
  /** Milliseconds that this invocation has left. */
  readonly remainingMs: () => number;
  /** ARNs of the customer managed keys of the targets' volumes. */
  readonly volumeKeys: readonly string[];
  /** As it was deployed with this worker; undefined when it is gone. */
  readonly policy: (policyId: string) => Policy | undefined;
  /** `rights`: what this worker's rights from the policies are called. */
  readonly brakes: { readonly table: BrakesTable; readonly settings: (policyId: string) => BrakeSettings; readonly rights: string };
}
