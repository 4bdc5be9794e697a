import * as z from 'zod/mini';
import { parsePolicyDocument, type Statement } from '../iam/statement';
import { functionNameOf } from '../lambda/function-config';
import type { Stack } from './stack';

const queuePolicySchema = z.object({ Queues: z.array(z.string()), PolicyDocument: z.unknown() });

const permissionSchema = z.object({
  FunctionName: z.string(),
  Action: z.string(),
  Principal: z.string(),
  SourceArn: z.optional(z.string()),
  SourceAccount: z.optional(z.string()),
});

type Entry = readonly [arn: string, statements: readonly Statement[]];

/** Policies of queues and functions, by ARN. */
export const readResourcePolicies = (stack: Stack): ReadonlyMap<string, readonly Statement[]> => {
  const policies = new Map<string, readonly Statement[]>();
  for (const [arn, statements] of [...queuePolicies(stack), ...functionPolicies(stack)]) {
    policies.set(arn, [...(policies.get(arn) ?? []), ...statements]);
  }
  return policies;
};

/** A queue policy names queues by their URLs, whose last segment is the name. */
const queuePolicies = (stack: Stack): readonly Entry[] => {
  const arns = new Map(stack.ofType('AWS::SQS::Queue').map(({ physicalName, arn }) => [physicalName, arn]));
  return stack.ofType('AWS::SQS::QueuePolicy').flatMap(({ logicalId, properties }) => {
    const { Queues, PolicyDocument } = queuePolicySchema.parse(properties);
    return Queues.map((url): Entry => [arns.get(url.split('/').at(-1) ?? '') ?? url, parsePolicyDocument(PolicyDocument, logicalId)]);
  });
};

/** Lambda makes a statement of each AWS::Lambda::Permission. */
const functionPolicies = (stack: Stack): readonly Entry[] => {
  const arns = new Map(stack.ofType('AWS::Lambda::Function').map(({ physicalName, arn }) => [physicalName, arn]));
  return stack.ofType('AWS::Lambda::Permission').map(({ logicalId, properties }): Entry => {
    const { FunctionName, Action, Principal, SourceArn, SourceAccount } = permissionSchema.parse(properties);
    const arn = arns.get(functionNameOf(FunctionName)) ?? FunctionName;
    const statement = {
      Effect: 'Allow',
      Principal: Principal.includes('.amazonaws.com') ? { Service: Principal } : { AWS: Principal },
      Action,
      Resource: arn,
      Condition: {
        ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': SourceArn } }),
        ...(SourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
      },
    };
    return [arn, parsePolicyDocument({ Statement: [statement] }, logicalId)];
  });
};
