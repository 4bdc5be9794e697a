import type { AccountDocument } from '../../ports';
import type { Account } from '../account';
import { type CustomResource, readCustomResources } from '../cloudformation/custom-resource';
import type { TableSettings } from '../dynamodb/table';
import type { Rule } from '../events/rule';
import type { Policies } from '../iam/policies';
import type { AsyncConfig, EventSourceMapping, FunctionConfig } from '../lambda/function-config';
import type { QueueSettings } from '../sqs/queue-settings';
import type { Assembly } from './assembly';
import { refuseUnknown } from './left-aside';
import { readDocuments } from './read-documents';
import { readAsyncConfigs, readFunctions, readMappings } from './read-functions';
import { readQueues } from './read-queues';
import { readResourcePolicies } from './read-resource-policies';
import { readRoles } from './read-roles';
import { readRules } from './read-rules';
import { readTables } from './read-tables';
import { createStack } from './stack';

/** What a template declares, resolved. */
export interface Resources {
  readonly policies: Policies;
  readonly queues: readonly QueueSettings[];
  readonly tables: readonly TableSettings[];
  readonly documents: readonly AccountDocument[];
  readonly functions: readonly FunctionConfig[];
  readonly asyncConfigs: readonly AsyncConfig[];
  readonly mappings: readonly EventSourceMapping[];
  readonly rules: readonly Rule[];
  readonly customResources: readonly CustomResource[];
}

/** Throws where the template has what the sandbox does not emulate. */
export const readResources = (assembly: Assembly, account: Account, queueUrl: (name: string) => string): Resources => {
  const stack = createStack(assembly, account, queueUrl);
  const resources: Resources = {
    policies: { roles: readRoles(stack), resources: readResourcePolicies(stack) },
    queues: readQueues(stack),
    tables: readTables(stack),
    documents: readDocuments(stack),
    functions: readFunctions(stack, assembly),
    asyncConfigs: readAsyncConfigs(stack),
    mappings: readMappings(stack),
    rules: readRules(stack),
    customResources: readCustomResources(stack),
  };
  refuseUnknown(stack.unread());
  return resources;
};
