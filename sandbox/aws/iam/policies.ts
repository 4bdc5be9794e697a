import type { Statement } from './statement';

/** The policies of the deployed stack. */
export interface Policies {
  /** Of each role, by its logical id. */
  readonly roles: ReadonlyMap<string, RolePolicies>;
  /** Of queues and functions, by their ARN. */
  readonly resources: ReadonlyMap<string, readonly Statement[]>;
}

export interface RolePolicies {
  readonly arn: string;
  readonly statements: readonly Statement[];
}
