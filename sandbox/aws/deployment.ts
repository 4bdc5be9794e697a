import type { Account } from './account';
import type { MovableClock } from './clock';
import { TableStore } from './dynamodb/table-store';
import { type Bus, createBus } from './events/bus';
import type { Rule } from './events/rule';
import { type Authorizer, createAuthorizer, type UsedRight } from './iam/authorizer';
import type { Check } from './iam/check';
import type { RolePolicies } from './iam/policies';
import { RULES } from './iam/rights/events-rights';
import { destinationRights, logRights, pollerRights } from './iam/rights/function-rights';
import { type AsyncInvoker, createAsyncInvoker } from './lambda/async-invoker';
import { createEventSources, type EventSources } from './lambda/event-sources';
import type { FunctionHost } from './lambda/function-process';
import { createFunctions, type Functions } from './lambda/functions';
import type { FunctionLine } from './lambda/invocation';
import { createQueues, type Queues } from './sqs/queues';
import type { DocumentStore } from './ssm/document-store';
import type { Resources } from './template/resources';
import type { Timing } from './timing';

export interface DeploymentPorts {
  readonly account: Account;
  readonly clock: MovableClock;
  readonly timing: Timing;
  readonly host: Omit<FunctionHost, 'openLog'>;
  readonly documents: DocumentStore;
  readonly log: (line: FunctionLine) => void;
  readonly recordRight: (used: UsedRight) => void;
  /** What instances may do by their profiles. */
  readonly profiles: ReadonlyMap<string, RolePolicies>;
}

/** The stack's resources, alive. */
export interface Deployment {
  readonly authorizer: Authorizer;
  readonly queues: Queues;
  readonly tables: TableStore;
  readonly functions: Functions;
  readonly asyncInvoker: AsyncInvoker;
  readonly eventSources: EventSources;
  readonly bus: Bus;
  readonly rules: readonly Rule[];
  /**
   * Make the account what these resources say. What is there already stays as it is: messages, items, versions of documents, and
   * invocations that run. Throws what CloudFormation would fail with.
   */
  apply(next: Resources): void;
}

const NOTHING: Resources = {
  ...{ policies: { roles: new Map(), resources: new Map() }, queues: [], tables: [], documents: [], functions: [], asyncConfigs: [] },
  ...{ mappings: [], rules: [], customResources: [] },
};

/** An account without a stack, to which the resources of one are applied. */
export const createDeployment = (ports: DeploymentPorts): Deployment => {
  const { account, clock, timing } = ports;
  let now = NOTHING;
  const authorizer = createAuthorizer(account, () => now.policies, ports.recordRight, ports.profiles);
  const openLog: FunctionHost['openLog'] = (config, stream) =>
    authorizer.refusal(config.role, logRights(account, config, stream)) === undefined ? ports.log : () => undefined;
  const queues = createQueues(clock);
  const tables = new TableStore();
  const functions = createFunctions({ ...ports.host, openLog });
  const asyncInvoker = createAsyncInvoker({ functions, configs: () => now.asyncConfigs, queues, clock, timing });
  const refusal = (check: Check) => authorizer.refusal(RULES, [check]);
  const bus = createBus({ account, clock, rules: () => now.rules, queues, refusal, invokeAsync: asyncInvoker.invoke });
  const eventSources = createEventSources(queues, functions, account.region);
  return {
    ...{ authorizer, queues, tables, functions, asyncInvoker, eventSources, bus },
    get rules() {
      return now.rules;
    },
    apply: (next) => {
      const before = now;
      now = next;
      queues.configure(next.queues);
      tables.configure(next.tables);
      putDocuments(ports.documents, before, next, clock.now());
      functions.configure(next.functions);
      requireRights(authorizer, next);
      eventSources.configure(next.mappings);
    },
  };
};

/** A changed document gets a new version; one that the template has no more is deleted. */
const putDocuments = (store: DocumentStore, before: Resources, next: Resources, now: Date): void => {
  const unchanged = new Set(before.documents.map((document) => JSON.stringify(document)));
  for (const document of next.documents) if (!unchanged.has(JSON.stringify(document))) store.put(document, now);
  const names = new Set(next.documents.map(({ name }) => name));
  for (const { name } of before.documents) if (!names.has(name)) store.delete({ name });
};

/** Lambda takes a mapping, or a destination, only where the function's role may use its queue. */
const requireRights = (authorizer: Authorizer, { functions, asyncConfigs, mappings }: Resources): void => {
  const demand = (functionName: string, checks: readonly Check[]): void => {
    const refusal = authorizer.refusal(functions.find(({ name }) => name === functionName)?.role ?? functionName, checks);
    if (refusal !== undefined) throw new Error(`function ${functionName}: ${refusal}`);
  };
  for (const { functionName, queueArn } of mappings) demand(functionName, pollerRights(queueArn));
  for (const { functionName, onFailureArn } of asyncConfigs)
    if (onFailureArn?.includes(':sqs:')) demand(functionName, destinationRights(onFailureArn));
};
