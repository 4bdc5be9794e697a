import * as z from 'zod/mini';
import type { RolePolicies } from '../iam/policies';
import { parsePolicyDocument, type Statement } from '../iam/statement';
import type { Stack, StackResource } from './stack';

const roleSchema = z.object({
  Policies: z.optional(z.array(z.object({ PolicyName: z.string(), PolicyDocument: z.unknown() }))),
  ManagedPolicyArns: z.optional(z.array(z.string())),
  PermissionsBoundary: z.optional(z.string()),
});

const attachedSchema = z.object({ PolicyDocument: z.unknown(), Roles: z.optional(z.array(z.string())) });

/** The roles' rights: their inline policies, and the stack's policies that are attached to them. */
export const readRoles = (stack: Stack): ReadonlyMap<string, RolePolicies> => {
  const attached = [...stack.ofType('AWS::IAM::Policy'), ...stack.ofType('AWS::IAM::ManagedPolicy')];
  const own = new Set(attached.map(({ physicalName }) => physicalName));
  const roles = stack.ofType('AWS::IAM::Role').map((role) => {
    const statements = [...inlineStatements(role, own), ...attached.flatMap((policy) => attachedStatements(policy, role))];
    return [role.logicalId, { arn: role.arn, statements }] as const;
  });
  return new Map(roles);
};

const inlineStatements = ({ logicalId, properties }: StackResource, own: ReadonlySet<string>): readonly Statement[] => {
  const { Policies = [], ManagedPolicyArns = [], PermissionsBoundary } = roleSchema.parse(properties);
  const foreign = ManagedPolicyArns.find((arn) => !own.has(arn));
  if (foreign !== undefined) throw new Error(`${logicalId}: the sandbox does not know the managed policy ${foreign}`);
  if (PermissionsBoundary !== undefined) throw new Error(`${logicalId}: the sandbox does not know permissions boundaries`);
  return Policies.flatMap(({ PolicyName, PolicyDocument }) => parsePolicyDocument(PolicyDocument, `${logicalId}, policy ${PolicyName}`));
};

const attachedStatements = ({ logicalId, properties }: StackResource, role: StackResource): readonly Statement[] => {
  const { PolicyDocument, Roles = [] } = attachedSchema.parse(properties);
  return Roles.includes(role.physicalName) ? parsePolicyDocument(PolicyDocument, `${role.logicalId}, policy ${logicalId}`) : [];
};
