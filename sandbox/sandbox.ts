import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createClock, type MovableClock } from './aws/clock';
import { createEmbeddedAws, type EmbeddedAws } from './aws/embedded-aws';
import type { Machines } from './aws/machines';
import { DEFAULT_TIMING, type Timing } from './aws/timing';
import type { EventEnvelope, RequestRecord, Sandbox, SandboxOptions } from './ports';

/** What tests replace. */
export interface SandboxInternals {
  readonly clock?: MovableClock;
  readonly timing?: Partial<Timing>;
  readonly createMachines?: (folder: string, options: SandboxOptions) => Promise<Machines>;
}

/** Loaded when it is needed: a test with machines of its own does without. */
const realMachines = async (folder: string, { mode, region }: SandboxOptions): Promise<Machines> => {
  const { createMachines } = await import('./instance/index');
  return createMachines({ folder, region, ...(mode !== undefined && { mode }) });
};

type Listeners<T> = Set<(value: T) => void>;
const tell = <T>(listeners: Listeners<T>, value: T): void => {
  for (const listener of listeners) listener(value);
};

/** The embedded AWS of a synthesized app and a fleet, in this process. */
export const createSandbox = (options: SandboxOptions, internals: SandboxInternals = {}): Sandbox => {
  const events: Listeners<EventEnvelope> = new Set();
  const requests: Listeners<RequestRecord> = new Set();
  const folder = join(options.outputFolder, 'machines');
  let machines: Machines | undefined;
  let aws: EmbeddedAws | undefined;
  let starting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

  const start = async (): Promise<void> => {
    machines = await (internals.createMachines ?? realMachines)(folder, options);
    if (stopping !== undefined) return;
    aws = await createEmbeddedAws({
      options,
      machines,
      clock: internals.clock ?? createClock(),
      timing: { ...DEFAULT_TIMING, ...internals.timing },
      onEvent: (event) => tell(events, event),
      onRequest: (record) => tell(requests, record),
    });
    if (stopping === undefined) await aws.boot();
  };
  const stop = async (): Promise<void> => {
    await starting?.catch(() => undefined);
    await Promise.allSettled([aws?.close()]); // the machines are closed whatever happened above them
    try {
      await machines?.close();
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }); // a copy that was under way may still write
    }
  };
  const live = (): EmbeddedAws => {
    if (aws === undefined) throw new Error('the sandbox is not started');
    return aws;
  };

  return {
    get endpoint() {
      return live().endpoint;
    },
    get mode() {
      const mode = machines?.mode ?? options.mode;
      if (mode === undefined) throw new Error('the sandbox is not started');
      return mode;
    },
    start: () => (starting ??= start()),
    fire: (policyId, schedule) => live().fire(policyId, schedule),
    idle: () => live().idle(),
    onEvent: (listener) => void events.add(listener),
    onRequest: (listener) => void requests.add(listener),
    addFault: (fault) => live().addFault(fault),
    verify: (instanceId, snapshotIds) => live().verify(instanceId, snapshotIds),
    frozen: () => live().frozen(),
    stop: () => (stopping ??= stop()),
  };
};
