import type { RunResult } from '../../../sandbox/instance/ports';
import type { EventEnvelope, RequestRecord, Sandbox } from '../../../sandbox/ports';

export interface FakeSandbox extends Sandbox {
  /** What was called, in order. */
  readonly calls: string[];
}

interface Script {
  readonly start?: () => Promise<void>;
  /** Events and requests that a fired schedule brings about. */
  readonly events?: readonly EventEnvelope[];
  readonly requests?: readonly RequestRecord[];
  readonly verify?: RunResult;
  readonly frozen?: ReadonlyMap<string, readonly string[]>;
  readonly idle?: () => Promise<void>;
}

/** A sandbox without machines, endpoint and functions: it plays back what it is told. */
export const fakeSandbox = (script: Script = {}): FakeSandbox => {
  const calls: string[] = [];
  const eventListeners: ((event: EventEnvelope) => void)[] = [];
  const requestListeners: ((request: RequestRecord) => void)[] = [];
  return {
    calls,
    endpoint: 'http://127.0.0.1:4566',
    mode: 'real',
    start: async () => {
      calls.push('start');
      await script.start?.();
    },
    fire: async (policyId, schedule) => {
      calls.push(`fire ${policyId}/${schedule}`);
      for (const request of script.requests ?? []) for (const listener of requestListeners) listener(request);
      for (const event of script.events ?? []) for (const listener of eventListeners) listener(event);
    },
    idle: async () => {
      calls.push('idle');
      await script.idle?.();
    },
    onEvent: (listener) => void eventListeners.push(listener),
    onRequest: (listener) => void requestListeners.push(listener),
    addFault: () => undefined,
    verify: async (instanceId, snapshotIds) => {
      calls.push(`verify ${instanceId} ${snapshotIds.join(' ')}`);
      return script.verify ?? { code: 0, stdout: 'whole\n', stderr: '' };
    },
    frozen: async () => script.frozen ?? new Map(),
    stop: async () => void calls.push('stop'),
  };
};
