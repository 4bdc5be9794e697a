import type { Check } from './check';
import type { Condition } from './condition';
import { isLikeAction, isLikeArn } from './pattern';
import type { Principal, Statement } from './statement';

/** What IAM says to one check. */
export type Decision =
  | { readonly allowed: true; readonly by: Statement }
  | { readonly allowed: false; readonly deniedBy: Statement }
  /** Nothing allows it. `unmet`: what stood in the way of the statements that name action and resource. */
  | { readonly allowed: false; readonly deniedBy: undefined; readonly unmet: readonly Condition[] };

const concerns = ({ principals }: Statement, principal: Principal): boolean =>
  principals === undefined ||
  principals.some((pattern) => {
    if (pattern === '*') return true;
    if ('service' in pattern) return 'service' in principal && pattern.service === principal.service;
    return 'arn' in principal && isArnOf(pattern.arn, principal.arn);
  });

/** An account's root stands for all of the account. */
const isArnOf = (pattern: string, arn: string): boolean =>
  pattern === arn || (pattern.endsWith(':root') && pattern.split(':')[4] === arn.split(':')[4]);

const unmetOf = ({ conditions }: Statement, { context }: Check): readonly Condition[] =>
  conditions.filter((condition) => !condition.isMet(context));

/** May the principal do that, under these statements? A Deny wins over every Allow; what nothing allows is refused. */
export const decide = (statements: readonly Statement[], principal: Principal, check: Check): Decision => {
  const named = statements.filter(
    (statement) =>
      concerns(statement, principal) &&
      statement.actions.some((pattern) => isLikeAction(pattern, check.action)) &&
      statement.resources.some((pattern) => isLikeArn(pattern, check.resource)),
  );
  const applying = named.filter((statement) => unmetOf(statement, check).length === 0);
  const deniedBy = applying.find(({ effect }) => effect === 'Deny');
  if (deniedBy !== undefined) return { allowed: false, deniedBy };
  const by = applying.find(({ effect }) => effect === 'Allow');
  if (by !== undefined) return { allowed: true, by };
  const allows = named.filter(({ effect }) => effect === 'Allow');
  return { allowed: false, deniedBy: undefined, unmet: allows.flatMap((statement) => unmetOf(statement, check)) };
};
