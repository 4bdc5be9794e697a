import type { InstanceSpec, Mode, RunResult } from './instance/ports';

/** An instance as EC2, SSM and the machine see it. Composed from a scenario. */
export interface FleetInstance {
  readonly machine: InstanceSpec;
  readonly instanceType: string;
  readonly platform: 'linux' | 'windows';
  readonly state: 'running' | 'stopped';
  readonly tags: Readonly<Record<string, string>>;
  /** `unmanaged`: no SSM Agent registered; `offline`: ConnectionLost, commands stay Pending. */
  readonly agent: 'online' | 'offline' | 'unmanaged';
  /** False: no instance profile. */
  readonly profile?: false;
}

/**
 * How a set by VSS goes wrong: the components can't be installed; a writer fails, and the snapshots say `AppConsistent` = `false`; VSS does not freeze in
 * its time, and the command fails with snapshots made; they are not tagged afterwards; the last volume gets none. (Missing rights: an instance without
 * a profile.)
 */
export const VSS_FAILURES = ['install', 'writer', 'freeze-timeout', 'no-tags', 'volume-left-out'] as const;
export type VssFailure = (typeof VSS_FAILURES)[number];

/** Faults are knobs: each applies to the next `times` matching calls or deliveries (default 1), after it has let `skip` of them pass. */
export type Fault =
  /** Answer with this AWS error instead of acting; `afterwards: true` acts first and then loses the answer (socket reset). */
  | {
      readonly kind: 'error';
      readonly action: string;
      readonly code: string;
      readonly status?: number;
      readonly instanceId?: string;
      readonly skip?: number;
      readonly times?: number;
    }
  | { readonly kind: 'lost-answer'; readonly action: string; readonly instanceId?: string; readonly skip?: number; readonly times?: number }
  | {
      readonly kind: 'latency';
      readonly action: string;
      readonly ms: number;
      readonly instanceId?: string;
      readonly skip?: number;
      readonly times?: number;
    }
  /** SIGKILL the function's process when this call of it has been acted on, before the answer. `times` counts kills. */
  | {
      readonly kind: 'kill-function';
      readonly action: string;
      readonly instanceId?: string;
      readonly skip?: number;
      readonly times?: number;
    }
  /** The agent gets the command this much later (a late delivery), or never. */
  | { readonly kind: 'late-delivery'; readonly instanceId: string; readonly ms: number; readonly times?: number }
  /** The stand-in for AWS's VSS documents goes wrong. */
  | { readonly kind: 'vss'; readonly instanceId: string; readonly failure: VssFailure; readonly times?: number }
  /** A matching snapshot set ends in `error` instead of `completed`. */
  | { readonly kind: 'late-failure'; readonly instanceId?: string; readonly times?: number };

/** One line of requests.jsonl. */
export interface RequestRecord {
  readonly time: string;
  readonly role: string;
  readonly service: string;
  readonly action: string;
  readonly resources: readonly string[];
  readonly status: number;
  readonly errorCode?: string;
  readonly ms: number;
  /** SendCommand's `Comment`: execution, attempt and stage, for whoever reads the log. */
  readonly comment?: string;
}

/** One line of events.jsonl: EventBridge's full envelope. */
export interface EventEnvelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/** A document that the sandbox's account can use, beside those of the template. */
export interface AccountDocument {
  /** One that begins as SSM keeps it to AWS (`AWS`, `Amazon`) is AWS's own. */
  readonly name: string;
  /**
   * Another account, which shares it: it is known by its ARN alone.
   * @default the sandbox's own
   */
  readonly owner?: string | undefined;
  /** YAML or JSON text, unchanged. */
  readonly content: string;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export interface SandboxOptions {
  /** The synthesized template of the app (JSON, parsed) and the folder of its assets (cdk.out). */
  readonly assembly: string;
  readonly region: string;
  readonly accountId: string;
  readonly fleet: readonly FleetInstance[];
  readonly documents: readonly AccountDocument[];
  readonly faults: readonly Fault[];
  /** Folder for events.jsonl, requests.jsonl, functions.jsonl (the Lambdas' log lines). Created. */
  readonly outputFolder: string;
  /** Endpoint port; 0 picks one. */
  readonly port: number;
  /**
   * What the instances are; `real` only in a private mount namespace.
   * @default what detectMode finds
   */
  readonly mode?: Mode;
}

/** The embedded AWS. `stop` leaves nothing mounted, attached, frozen or running, whatever happened before. */
export interface Sandbox {
  readonly endpoint: string;
  readonly mode: Mode;
  start(): Promise<void>;
  /**
   * Fire the rule of a policy's schedule once, as EventBridge would, at its next due minute (moves the sandbox's clock there).
   * A schedule that is due in the minute that the clock stands in fires in that minute, so that coinciding schedules can be fired one after another.
   */
  fire(policyId: string, schedule: string): Promise<void>;
  /** Resolves when no function runs and no message is visible, in flight or delayed. */
  idle(): Promise<void>;
  onEvent(listener: (event: EventEnvelope) => void): void;
  onRequest(listener: (request: RequestRecord) => void): void;
  addFault(fault: Fault): void;
  /**
   * Restore a snapshot set of an instance beside the instance: mount copies of the snapshots and run the application's `verify` on them
   * (`true` when the instance has no application: the mounts are the check).
   */
  verify(instanceId: string, snapshotIds: readonly string[]): Promise<RunResult>;
  /** Mount points that are frozen now, by instance id; instances with none are left out. */
  frozen(): Promise<ReadonlyMap<string, readonly string[]>>;
  stop(): Promise<void>;
}
