import { createHash } from 'node:crypto';
import { Aws } from 'aws-cdk-lib';

/** EventBridge's limit for the name of a rule. */
const RULE_NAME_LIMIT = 64;
/** What the names of all rules begin with: one permission and one queue statement cover it. */
export const RULE_PREFIX = 'stillpoint-';

/** The name of a schedule's rule: readable as far as the limit lets it, unique by a hash of policy and schedule. */
export const ruleName = (policyId: string, schedule: string): string => {
  const hash = createHash('sha256')
    .update(JSON.stringify([policyId, schedule]))
    .digest('hex')
    .slice(0, 8);
  const readable = `${policyId}-${schedule}`
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, RULE_NAME_LIMIT - RULE_PREFIX.length - hash.length - 1);
  return `${RULE_PREFIX}${readable}-${hash}`;
};

/** The rule of the hourly sweep. Those of schedules end in a hash. */
export const SWEEP_RULE = `${RULE_PREFIX}sweep`;

/** What the names of the lifecycle function's rules begin with. */
export const LIFECYCLE_RULES = `${RULE_PREFIX}lifecycle-`;

/** The function's handler inside its bundle, `index.mjs`. */
export const HANDLER = 'index.handler';

/** What a policy's id follows in its ARN, which events carry as DLM's do. No such service exists: the ARN is a name only. */
export const policyArnPrefix = (): string => `arn:${Aws.PARTITION}:stillpoint:${Aws.REGION}:${Aws.ACCOUNT_ID}:policy/`;
