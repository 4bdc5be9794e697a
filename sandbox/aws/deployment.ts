import type { AccountDocument } from '../ports';
import type { Account } from './account';
import type { MovableClock } from './clock';
import type { TableSettings } from './dynamodb/table';
import { type Bus, createBus } from './events/bus';
import type { Rule } from './events/rule';
import { type Authorizer, createAuthorizer, type UsedRight } from './iam/authorizer';
import type { Check } from './iam/check';
import { RULES } from './iam/rights/events-rights';
import { destinationRights, logRights, pollerRights } from './iam/rights/function-rights';
import { type AsyncInvoker, createAsyncInvoker } from './lambda/async-invoker';
import { type EventSource, openEventSource } from './lambda/event-source';
import type { AsyncConfig, EventSourceMapping } from './lambda/function-config';
import type { FunctionHost } from './lambda/function-process';
import { createFunctions, type Functions } from './lambda/functions';
import type { FunctionLine } from './lambda/invocation';
import { createQueues, type Queues } from './sqs/queues';
import { readAssembly } from './template/assembly';
import { refuseUnknown } from './template/left-aside';
import { readDocuments } from './template/read-documents';
import { readAsyncConfigs, readFunctions, readMappings } from './template/read-functions';
import { readQueues } from './template/read-queues';
import { readResourcePolicies } from './template/read-resource-policies';
import { readRoles } from './template/read-roles';
import { readRules } from './template/read-rules';
import { readTables } from './template/read-tables';
import { createStack } from './template/stack';
import type { Timing } from './timing';

export interface DeploymentPorts {
  readonly assembly: string;
  readonly account: Account;
  readonly clock: MovableClock;
  readonly timing: Timing;
  readonly host: Omit<FunctionHost, 'openLog'>;
  readonly log: (line: FunctionLine) => void;
  readonly recordRight: (used: UsedRight) => void;
  readonly queueUrl: (name: string) => string;
}

/** The stack's resources, alive. */
export interface Deployment {
  readonly authorizer: Authorizer;
  readonly queues: Queues;
  readonly functions: Functions;
  readonly asyncInvoker: AsyncInvoker;
  readonly eventSources: readonly EventSource[];
  readonly bus: Bus;
  readonly rules: readonly Rule[];
  readonly documents: readonly AccountDocument[];
  readonly tables: readonly TableSettings[];
}

/** Deploy the assembly into the sandbox. Throws what CloudFormation would fail with. */
export const deploy = (ports: DeploymentPorts): Deployment => {
  const { account, clock, timing } = ports;
  const assembly = readAssembly(ports.assembly);
  const stack = createStack(assembly, account, ports.queueUrl);
  const authorizer = createAuthorizer(account, { roles: readRoles(stack), resources: readResourcePolicies(stack) }, ports.recordRight);
  const queues = createQueues(readQueues(stack), clock);
  const openLog: FunctionHost['openLog'] = (config, stream) =>
    authorizer.refusal(config.role, logRights(account, config, stream)) === undefined ? ports.log : () => undefined;
  const functions = createFunctions(readFunctions(stack, assembly), { ...ports.host, openLog });
  const configs = readAsyncConfigs(stack);
  const mappings = readMappings(stack);
  requireRights(authorizer, functions, configs, mappings);
  const asyncInvoker = createAsyncInvoker({ functions, configs, queues, clock, timing });
  const rules = readRules(stack);
  const refusal = (check: Check) => authorizer.refusal(RULES, [check]);
  const bus = createBus({ account, clock, rules, queues, refusal, invokeAsync: asyncInvoker.invoke });
  const documents = readDocuments(stack);
  const tables = readTables(stack);
  refuseUnknown(stack.unread());
  const eventSources = mappings.map((mapping) => {
    const queue = queues.byArn(mapping.queueArn);
    if (queue === undefined) throw new Error(`an event source mapping names the unknown queue ${mapping.queueArn}`);
    return openEventSource(mapping, queue, functions, account.region);
  });
  return {
    authorizer,
    queues,
    functions,
    asyncInvoker,
    eventSources,
    bus,
    rules,
    documents,
    tables,
  };
};

/** Lambda takes a mapping, or a destination, only where the function's role may use its queue. */
const requireRights = (
  authorizer: Authorizer,
  functions: Functions,
  configs: readonly AsyncConfig[],
  mappings: readonly EventSourceMapping[],
): void => {
  const demand = (functionName: string, checks: readonly Check[]): void => {
    const refusal = authorizer.refusal(functions.find(functionName)?.role ?? functionName, checks);
    if (refusal !== undefined) throw new Error(`function ${functionName}: ${refusal}`);
  };
  for (const { functionName, queueArn } of mappings) demand(functionName, pollerRights(queueArn));
  for (const { functionName, onFailureArn } of configs)
    if (onFailureArn?.includes(':sqs:')) demand(functionName, destinationRights(onFailureArn));
};
