import { type Account, arnOf } from '../account';
import type { Assembly } from './assembly';
import { type References, resolve } from './intrinsics';
import type { TemplateResource } from './template-schema';

/** A resource of the stack, its properties resolved. */
export interface StackResource {
  readonly logicalId: string;
  readonly arn: string;
  readonly physicalName: string;
  readonly properties: unknown;
  readonly source: TemplateResource;
}

/** The deployed stack: physical names, ARNs and resolved properties. */
export interface Stack {
  /** The resources of a type, or of the types that fit. */
  ofType(type: string | RegExp): readonly StackResource[];
  /** Types of resources that nobody has asked for. */
  unread(): readonly string[];
}

/** The property that names a resource, and its ARN's service and resource part. */
interface Kind {
  readonly nameProperty: string;
  readonly arn: (name: string) => readonly [service: string, resource: string];
}

const KINDS: Readonly<Record<string, Kind>> = {
  'AWS::SQS::Queue': { nameProperty: 'QueueName', arn: (name) => ['sqs', name] },
  'AWS::Lambda::Function': { nameProperty: 'FunctionName', arn: (name) => ['lambda', `function:${name}`] },
  'AWS::IAM::Role': { nameProperty: 'RoleName', arn: (name) => ['iam', `role/${name}`] },
  'AWS::Events::Rule': { nameProperty: 'Name', arn: (name) => ['events', `rule/${name}`] },
  'AWS::SSM::Document': { nameProperty: 'Name', arn: (name) => ['ssm', `document/${name}`] },
  'AWS::Logs::LogGroup': { nameProperty: 'LogGroupName', arn: (name) => ['logs', `log-group:${name}:*`] },
  'AWS::DynamoDB::Table': { nameProperty: 'TableName', arn: (name) => ['dynamodb', `table/${name}`] },
  'AWS::SNS::Topic': { nameProperty: 'TopicName', arn: (name) => ['sns', name] },
};

const kindOf = (type: string): Kind =>
  KINDS[type] ?? { nameProperty: 'Name', arn: (name) => [type.split('::')[1]?.toLowerCase() ?? '', name] };

/** `queueUrl` gives a queue's URL: what `Ref` of a queue is. */
export const createStack = (assembly: Assembly, account: Account, queueUrl: (name: string) => string): Stack => {
  const { template, stackName } = assembly;
  const resourceOf = (logicalId: string): TemplateResource => {
    const resource = template.Resources[logicalId];
    if (resource === undefined) throw new Error(`the template has no resource ${logicalId}`);
    return resource;
  };
  const nameOf = (logicalId: string): string => {
    const { Type, Properties = {} } = resourceOf(logicalId);
    const given = Properties[kindOf(Type).nameProperty];
    if (given !== undefined) return String(resolve(given, references));
    return `${stackName}-${logicalId}${Type === 'AWS::SQS::Queue' && Properties.FifoQueue === true ? '.fifo' : ''}`;
  };
  const arn = (logicalId: string): string => {
    const { Type } = resourceOf(logicalId);
    const [service, resource] = kindOf(Type).arn(nameOf(logicalId));
    return service === 'iam' ? `arn:aws:iam::${account.accountId}:${resource}` : arnOf(account, service, resource);
  };
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': account.accountId,
    'AWS::Region': account.region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': arnOf(account, 'cloudformation', `stack/${stackName}/sandbox`),
    'AWS::NoValue': undefined,
  };
  const references: References = {
    ref: (name) => {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      const parameter = template.Parameters?.[name];
      if (parameter !== undefined) return parameter.Default;
      return resourceOf(name).Type === 'AWS::SQS::Queue' ? queueUrl(nameOf(name)) : nameOf(name);
    },
    attribute: (logicalId, name) => {
      if (name === 'Arn') return arn(logicalId);
      if (name === 'QueueName') return nameOf(logicalId);
      if (name === 'QueueUrl') return queueUrl(nameOf(logicalId));
      return `${logicalId}.${name}`;
    },
  };
  const read = new Set<string>();
  return {
    ofType: (type) => {
      const found = Object.entries(template.Resources).filter(([, { Type }]) =>
        typeof type === 'string' ? Type === type : type.test(Type),
      );
      for (const [, { Type }] of found) read.add(Type);
      return found.map(([logicalId, source]) => ({
        logicalId,
        arn: arn(logicalId),
        physicalName: nameOf(logicalId),
        properties: resolve(source.Properties ?? {}, references),
        source,
      }));
    },
    unread: () =>
      Object.values(template.Resources)
        .map(({ Type }) => Type)
        .filter((type) => !read.has(type)),
  };
};
