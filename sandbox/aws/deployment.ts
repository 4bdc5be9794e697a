import type { AccountDocument } from '../ports';
import type { Account } from './account';
import type { MovableClock } from './clock';
import type { TableSettings } from './dynamodb/table';
import { type Bus, createBus } from './events/bus';
import type { Rule } from './events/rule';
import { type AsyncInvoker, createAsyncInvoker } from './lambda/async-invoker';
import { type EventSource, openEventSource } from './lambda/event-source';
import type { FunctionHost } from './lambda/function-process';
import { createFunctions, type Functions } from './lambda/functions';
import { createQueues, type Queues } from './sqs/queues';
import { readAssembly } from './template/assembly';
import { readDocuments } from './template/read-documents';
import { readAsyncConfigs, readFunctions, readMappings, readPermissions } from './template/read-functions';
import { readQueues } from './template/read-queues';
import { readRules } from './template/read-rules';
import { readTables } from './template/read-tables';
import { createStack } from './template/stack';
import type { Timing } from './timing';

export interface DeploymentPorts {
  readonly assembly: string;
  readonly account: Account;
  readonly clock: MovableClock;
  readonly timing: Timing;
  readonly host: FunctionHost;
  readonly queueUrl: (name: string) => string;
}

/** The stack's resources, alive. */
export interface Deployment {
  readonly queues: Queues;
  readonly functions: Functions;
  readonly asyncInvoker: AsyncInvoker;
  readonly eventSources: readonly EventSource[];
  readonly bus: Bus;
  readonly rules: readonly Rule[];
  readonly documents: readonly AccountDocument[];
  readonly tables: readonly TableSettings[];
}

/** Deploy the assembly into the sandbox. */
export const deploy = (ports: DeploymentPorts): Deployment => {
  const { account, clock, timing } = ports;
  const assembly = readAssembly(ports.assembly);
  const stack = createStack(assembly, account, ports.queueUrl);
  const queues = createQueues(readQueues(stack), clock);
  const functions = createFunctions(readFunctions(stack, assembly), ports.host);
  const asyncInvoker = createAsyncInvoker({ functions, configs: readAsyncConfigs(stack), queues, clock, timing });
  const rules = readRules(stack);
  const permissions = readPermissions(stack);
  const bus = createBus({ account, clock, rules, permissions, queues, invokeAsync: asyncInvoker.invoke });
  const eventSources = readMappings(stack).map((mapping) => {
    const queue = queues.byArn(mapping.queueArn);
    if (queue === undefined) throw new Error(`an event source mapping names the unknown queue ${mapping.queueArn}`);
    return openEventSource(mapping, queue, functions, account.region);
  });
  return { queues, functions, asyncInvoker, eventSources, bus, rules, documents: readDocuments(stack), tables: readTables(stack) };
};
