import type { Fault, RequestRecord } from '../../ports';
import { AwsError, notImplemented } from '../aws-error';
import type { Clock } from '../clock';
import type { Faults } from '../faults';
import type { Check } from '../iam/check';
import type { Call, Operations } from '../operation';
import type { Protocol, WireAnswer } from './protocol';

export interface Service {
  readonly name: string;
  readonly protocol: Protocol;
  /** For requests without X-Amz-Target, where the service had another protocol before. */
  readonly olderProtocol?: Protocol;
  readonly operations: Operations;
}

export interface DispatchPorts {
  readonly clock: Clock;
  readonly faults: Faults;
  /** Throws AWS's refusal unless the caller has all these rights. */
  readonly authorize: (call: Call, checks: readonly Check[]) => void;
  /** SIGKILL the function process with this session. */
  readonly killFunction: (session: string) => void;
  readonly record: (record: RequestRecord) => void;
}

/** What becomes of a request: an answer, or none when it is lost on the way back. */
export type Outcome = WireAnswer | 'lost';

const asAwsError = (thrown: unknown): AwsError =>
  thrown instanceof AwsError ? thrown : new AwsError('InternalFailure', thrown instanceof Error ? thrown.message : String(thrown), 500);

const sleep = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));

const faultError = (fault: Extract<Fault, { kind: 'error' }>): AwsError =>
  new AwsError(fault.code, `${fault.code} (a fault of the sandbox)`, fault.status ?? 400);

/** Act on one call: faults before, IAM, the operation, faults after, one record. */
export const dispatch = async (service: Service, call: Call, input: unknown, ports: DispatchPorts): Promise<Outcome> => {
  const started = ports.clock.monotonic();
  const time = ports.clock.now().toISOString();
  const finish = (status: number, errorCode?: string): void =>
    ports.record({
      ...{ time, role: call.role, service: service.name, action: call.action, resources: [...call.touched], status },
      ...(errorCode !== undefined && { errorCode }),
      ...commentOf(input),
      ms: Math.round((ports.clock.monotonic() - started) * 10) / 10,
    });
  try {
    const output = await act(service, call, input, ports);
    if (lostAfterwards(call, ports)) {
      finish(0, 'AnswerLost');
      return 'lost';
    }
    finish(200);
    return service.protocol.success(call.action, output, call.requestId);
  } catch (thrown) {
    const error = asAwsError(thrown);
    finish(error.status, error.code);
    return service.protocol.failure(error, call.requestId);
  }
};

/** SendCommand's comment, for whoever reads the log. */
const commentOf = (input: unknown): Pick<RequestRecord, 'comment'> =>
  typeof input === 'object' && input !== null && 'Comment' in input && typeof input.Comment === 'string' ? { comment: input.Comment } : {};

const act = async (service: Service, call: Call, input: unknown, { clock, faults, authorize }: DispatchPorts): Promise<unknown> => {
  const latency = faults.take('latency', call);
  if (latency) await sleep(clock, latency.ms);
  const fault = faults.take('error', call);
  if (fault) throw faultError(fault);
  const operation = Object.hasOwn(service.operations, call.action) ? service.operations[call.action] : undefined;
  if (operation === undefined) throw notImplemented(service.name, call.action);
  const prepared = operation(input, call);
  authorize(call, prepared.checks);
  return prepared.act();
};

const lostAfterwards = (call: Call, { faults, killFunction }: DispatchPorts): boolean => {
  if (call.session !== undefined && faults.take('kill-function', call)) {
    killFunction(call.session);
    return true;
  }
  return faults.take('lost-answer', call) !== undefined;
};
