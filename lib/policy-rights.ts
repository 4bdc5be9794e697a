import { createHash } from 'node:crypto';
import { Stack } from 'aws-cdk-lib';
import { type IRole, ManagedPolicy, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Removal } from './removal';

/** Props of {@link PolicyRights}. */
export interface PolicyRightsProps {
  readonly role: IRole;
  /** By name; each list becomes a managed policy. */
  readonly statements: Readonly<Record<string, readonly PolicyStatement[]>>;
  readonly removal: Removal;
}

/** Names what the statements allow: the same for the same rights. */
export const rightsName = (scope: Construct, statements: PolicyRightsProps['statements']): string => {
  const resolved = Stack.of(scope).resolve(Object.values(statements).map((list) => list.map((one) => one.toStatementJson())));
  return createHash('sha256').update(JSON.stringify(resolved)).digest('hex').slice(0, 8);
};

/**
 * The worker's rights that come from the policies: on their targets and documents. They are managed policies under a name of what
 * they allow, so that a deployment which changes them adds the new ones first and deletes the old ones last, after a custom resource has
 * waited until no execution that began under them is under way. In the role itself they would be gone at once, and a freeze without its thaw.
 */
export class PolicyRights extends Construct {
  readonly policies: readonly ManagedPolicy[];

  constructor(scope: Construct, id: string, { role, statements, removal }: PolicyRightsProps) {
    super(scope, id);
    const name = rightsName(this, statements);
    this.policies = Object.entries(statements).flatMap(([what, list]) =>
      list.length === 0
        ? []
        : [new ManagedPolicy(this, `${what}${name}`, { description: `Stillpoint worker: ${what}`, statements: [...list], roles: [role] })],
    );
    removal.ofRights(this, `Release${name}`, name).node.addDependency(...this.policies);
  }
}
