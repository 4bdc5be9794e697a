import { arnOf } from '../../sandbox/aws/account';
import type { UsedRight } from '../../sandbox/aws/iam/authorizer';
import { isLikeAction, isLikeArn } from '../../sandbox/aws/iam/pattern';
import type { Policies } from '../../sandbox/aws/iam/policies';
import type { Statement } from '../../sandbox/aws/iam/statement';
import { readAssembly } from '../../sandbox/aws/template/assembly';
import { readResourcePolicies } from '../../sandbox/aws/template/read-resource-policies';
import { readRoles } from '../../sandbox/aws/template/read-roles';
import { createStack } from '../../sandbox/aws/template/stack';
import { ACCOUNT, REGION } from '../sandbox/support/bench';

/** One action on one resource, as one statement of the template allows it. */
export interface Granted {
  readonly statement: Statement;
  readonly action: string;
  readonly resource: string;
}

export const policiesOf = (assembly: string): Policies => {
  const account = { accountId: ACCOUNT, region: REGION };
  const stack = createStack(readAssembly(assembly), account, (name) => `http://queue/${name}`);
  return { roles: readRoles(stack), resources: readResourcePolicies(stack) };
};

/** All that the template allows anybody. */
export const grantedBy = ({ roles, resources }: Policies): readonly Granted[] => {
  const statements = [...[...roles.values()].flatMap((role) => role.statements), ...[...resources.values()].flat()];
  return statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((statement) =>
      statement.actions.flatMap((action) => statement.resources.map((resource) => ({ statement, action, resource }))),
    );
};

/** Whether a right that was used is this one. */
export const isUseOf = ({ statement, action, resource }: Granted, used: UsedRight): boolean =>
  used.statement === statement.source && isLikeAction(action, used.action) && isLikeArn(resource, used.resource);

/** For people: `worker ssm:GetDocument on document/orders (statement 4)`. */
export const describeGranted = ({ statement, action, resource }: Granted): string => {
  const [role, , number] = statement.source.split(', ');
  return `${role} ${action} on ${resource.replace(arnOf({ accountId: ACCOUNT, region: REGION }, 'ssm', ''), '')} (${number ?? 'resource policy'})`;
};

const without = ({ statement, action, resource }: Granted, statements: readonly Statement[]): readonly Statement[] =>
  statements.flatMap((one) => {
    if (one.source !== statement.source) return [one];
    const others = { ...one, actions: one.actions.filter((other) => other !== action) };
    const elsewhere = { ...one, actions: [action], resources: one.resources.filter((other) => other !== resource) };
    return [others, elsewhere];
  });

/** The policies with one right taken away. */
export const reduced = ({ roles, resources }: Policies, granted: Granted): Policies => ({
  roles: new Map([...roles].map(([id, role]) => [id, { ...role, statements: without(granted, role.statements) }])),
  resources: new Map([...resources].map(([arn, statements]) => [arn, without(granted, statements)])),
});
