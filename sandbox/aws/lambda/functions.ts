import { randomUUID } from 'node:crypto';
import { type FunctionConfig, functionNameOf } from './function-config';
import { type FunctionHost, FunctionProcess } from './function-process';
import type { InvocationResult } from './invocation';

/** The account's Lambda functions. */
export interface Functions {
  readonly running: number;
  find(nameOrArn: string): FunctionConfig | undefined;
  /** Run one invocation in a warm or a new process. Throttled (a failed result) above the reserved concurrency. */
  invoke(nameOrArn: string, event: unknown, requestId?: string): Promise<InvocationResult>;
  /** New invocations run the functions as they are now; those that run end as they began. */
  configure(configs: readonly FunctionConfig[]): void;
  /** SIGKILL the process with this session. */
  kill(session: string): void;
  /** End all processes and take no more invocations. */
  close(): Promise<void>;
}

export const createFunctions = (host: FunctionHost): Functions => {
  let configs: readonly FunctionConfig[] = [];
  const processes = new Map<string, FunctionProcess[]>();
  const all = (): readonly FunctionProcess[] => [...processes.values()].flat();
  let closed = false;
  let running = 0;

  const find = (nameOrArn: string): FunctionConfig | undefined => configs.find(({ name }) => name === functionNameOf(nameOrArn));

  const acquire = (config: FunctionConfig): FunctionProcess => {
    const pool = processes.get(config.name) ?? [];
    const warm = pool.find(({ usable }) => usable);
    if (warm !== undefined) return warm;
    const cold = new FunctionProcess(config, host);
    processes.set(config.name, [...pool.filter(({ busy, usable }) => busy || usable), cold]);
    return cold;
  };

  const busyOf = (config: FunctionConfig): number => (processes.get(config.name) ?? []).filter(({ busy }) => busy).length;

  return {
    get running() {
      return running;
    },
    find,
    invoke: async (nameOrArn, event, requestId = randomUUID()) => {
      const config = find(nameOrArn);
      if (config === undefined)
        return { ok: false, errorType: 'ResourceNotFoundException', errorMessage: `Function not found: ${nameOrArn}` };
      if (closed) return { ok: false, errorType: 'ServiceException', errorMessage: 'the sandbox has stopped' };
      if (busyOf(config) >= (config.reserved ?? Number.POSITIVE_INFINITY))
        return { ok: false, errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' };
      running += 1;
      try {
        return await acquire(config).invoke(requestId, event);
      } finally {
        running -= 1;
      }
    },
    configure: (next) => {
      configs = next;
      for (const process of all()) if (!process.runs(find(process.functionName))) process.retire();
    },
    kill: (session) =>
      all()
        .find((candidate) => candidate.session === session)
        ?.kill(),
    close: async () => {
      closed = true;
      await Promise.all(all().map((process) => process.end()));
    },
  };
};
