/** A scenario as written in its file; scenario.schema.json describes and checks the same. */
export interface ScenarioFile {
  readonly description?: string;
  readonly region?: string;
  readonly accountId?: string;
  readonly instances: readonly InstanceEntry[];
  readonly policies: readonly PolicyEntry[];
  readonly documents?: string;
  readonly fire: readonly FireEntry[];
  readonly faults?: readonly FaultEntry[];
  readonly expect?: readonly Expectation[];
}

export interface InstanceEntry {
  readonly name: string;
  readonly id?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly state?: 'running' | 'stopped';
  readonly platform?: 'linux' | 'windows';
  readonly instanceType?: string;
  readonly agent?: 'online' | 'offline' | 'unmanaged';
  readonly volumes?: readonly VolumeEntry[];
  readonly application?: ApplicationEntry;
}

export interface VolumeEntry {
  readonly id?: string;
  readonly device?: string;
  readonly sizeMiB: number;
  readonly type?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly filesystem: 'ext4' | 'xfs' | 'none';
  readonly mount?: string;
  readonly mountOptions?: string;
}

export interface ApplicationEntry {
  readonly folder?: string;
  readonly start: string;
  readonly ready: string;
  readonly verify: string;
}

export type PolicyEntry = string | { readonly id: string; readonly policy: Readonly<Record<string, unknown>> };

export interface FireEntry {
  readonly policy: string;
  readonly schedule: string;
}

interface FaultCommon {
  readonly instance?: string;
  readonly times?: number;
}

/** As `Fault` of the sandbox's ports, with the instance by its name. */
export type FaultEntry =
  | (FaultCommon & { readonly kind: 'error'; readonly action: string; readonly code: string; readonly status?: number })
  | (FaultCommon & { readonly kind: 'lost-answer' | 'kill-function'; readonly action: string })
  | (FaultCommon & { readonly kind: 'latency'; readonly action: string; readonly ms: number })
  | (FaultCommon & { readonly kind: 'late-delivery'; readonly instance: string; readonly ms: number })
  | (FaultCommon & { readonly kind: 'late-failure' });

/** What one execution is to end as. Fields left out are not compared, except `result`, which is `success` by default. */
export interface ExpectedEnd {
  readonly result?: 'success' | 'failed';
  readonly consistency?: Consistency;
  readonly cause?: string;
  /** Failed scripts in order, for example `POST 202`. */
  readonly failures?: readonly string[];
  readonly attempts?: number;
  readonly snapshots?: number;
  readonly restored?: Restored;
}

export interface Expectation extends ExpectedEnd {
  readonly instance: string;
  readonly policy?: string;
  readonly untouched?: true;
  /** What differs where volumes are folders. */
  readonly onFolders?: ExpectedEnd;
}

export type Consistency = 'application' | 'reported' | 'crash' | 'stopped' | 'none';

/** What the application's check says of a restored set; `none` when there was no set. */
export type Restored = 'whole' | 'broken' | 'none';
