import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Resources = Record<string, { Type: string; Properties?: Record<string, unknown>; Metadata?: Record<string, unknown> }>;

/** Write a small cloud assembly of one stack: a template, and an asset folder for each function's code. */
export const writeAssembly = (folder: string, resources: Resources, code: Record<string, string> = {}): string => {
  const files: Record<string, { source: { path: string } }> = {};
  for (const [name, text] of Object.entries(code)) {
    mkdirSync(join(folder, `asset.${name}`), { recursive: true });
    writeFileSync(join(folder, `asset.${name}`, 'index.mjs'), text);
    files[name] = { source: { path: `asset.${name}` } };
  }
  mkdirSync(folder, { recursive: true });
  const write = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value));
  write('manifest.json', {
    artifacts: {
      Tree: { type: 'cdk:tree' },
      Test: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Test.template.json' } },
    },
  });
  write('Test.template.json', { Resources: resources });
  write('Test.assets.json', { files });
  return folder;
};

/** Rights of a function that a test asks nothing about. */
export const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' };

/** A role with these statements. */
export const role = (...Statement: readonly object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: { Policies: [{ PolicyName: 'permissions', PolicyDocument: { Statement } }] },
});

/** The policy of a queue of the template. */
export const queuePolicy = (queue: string, ...Statement: readonly object[]) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: { Queues: [{ Ref: queue }], PolicyDocument: { Statement } },
});

/** Lets the rules of the account send. */
export const RULES_MAY_SEND = {
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: '*',
  Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:events:*:*:rule/*' } },
};

/** A function with its role, which may do everything, whose code is the asset of this name. */
export const functionResources = (logicalId: string, asset: string, properties: Record<string, unknown> = {}): Resources => ({
  [`${logicalId}Role`]: role(EVERYTHING),
  [logicalId]: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: { S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}-${AWS::Region}' }, S3Key: `${asset}.zip` },
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': [`${logicalId}Role`, 'Arn'] },
      Timeout: 10,
      ...properties,
    },
  },
});
