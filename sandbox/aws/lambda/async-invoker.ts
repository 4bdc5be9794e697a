import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock';
import type { Queues } from '../sqs/queues';
import type { Timing } from '../timing';
import { type AsyncConfig, type FunctionConfig, functionNameOf } from './function-config';
import type { Functions } from './functions';
import type { InvocationResult } from './invocation';

export interface AsyncInvoker {
  /** Invocations that wait, run, or will be tried again. */
  readonly pending: number;
  invoke(functionArn: string, event: unknown): void;
}

export interface AsyncInvokerPorts {
  readonly functions: Functions;
  readonly configs: () => readonly AsyncConfig[];
  readonly queues: Queues;
  readonly clock: Clock;
  readonly timing: Timing;
}

interface Attempt {
  readonly config: FunctionConfig;
  readonly settings: AsyncConfig;
  readonly event: unknown;
  readonly requestId: string;
  readonly queuedAt: number;
  readonly number: number;
}

/** Asynchronous invocation: the same request id in every retry, and the on-failure destination in the end. */
export const createAsyncInvoker = (ports: AsyncInvokerPorts): AsyncInvoker => {
  let pending = 0;
  const run = async (attempt: Attempt): Promise<void> => {
    const result = await ports.functions.invoke(attempt.config.name, attempt.event, attempt.requestId);
    if (!result.ok && retries(ports, attempt)) {
      const waits = ports.timing.asyncRetryMs;
      ports.clock.after(waits[attempt.number - 1] ?? waits.at(-1) ?? 0, () => void run({ ...attempt, number: attempt.number + 1 }));
      return;
    }
    if (!result.ok) sendFailure(ports, attempt, result);
    pending -= 1;
  };
  return {
    get pending() {
      return pending;
    },
    invoke: (functionArn, event) => {
      const config = ports.functions.find(functionArn);
      if (config === undefined) throw new Error(`no function ${functionArn}`);
      pending += 1;
      const settings = ports.configs().find(({ functionName }) => functionName === functionNameOf(functionArn)) ?? defaults(config.name);
      void run({ config, settings, event, requestId: randomUUID(), queuedAt: ports.clock.monotonic(), number: 1 });
    },
  };
};

const defaults = (functionName: string): AsyncConfig => ({
  functionName,
  maximumRetryAttempts: 2,
  maximumEventAgeSeconds: 21_600,
  onFailureArn: undefined,
});

const retries = ({ clock }: AsyncInvokerPorts, { settings, number, queuedAt }: Attempt): boolean =>
  number <= settings.maximumRetryAttempts && clock.monotonic() - queuedAt < settings.maximumEventAgeSeconds * 1000;

/** Lambda's invocation record, into the destination's queue. */
const sendFailure = ({ queues, clock }: AsyncInvokerPorts, attempt: Attempt, result: Extract<InvocationResult, { ok: false }>): void => {
  const { settings, config, requestId, number, event } = attempt;
  if (settings.onFailureArn === undefined) return;
  const record = {
    version: '1.0',
    timestamp: clock.now().toISOString(),
    requestContext: { requestId, functionArn: `${config.arn}:$LATEST`, condition: 'RetriesExhausted', approximateInvokeCount: number },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: result.errorType, errorMessage: result.errorMessage },
  };
  queues.byArn(settings.onFailureArn)?.send({ body: JSON.stringify(record), senderId: config.role });
};
