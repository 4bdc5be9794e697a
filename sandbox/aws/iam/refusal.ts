import { AwsError } from '../aws-error';
import { type Check, valuesOf } from './check';
import type { Decision } from './decide';

export type Refused = Extract<Decision, { readonly allowed: false }>;

/** The refusal in a sentence: who, which action, on what, and which condition was not met with what was found instead. */
export const describeRefusal = (caller: string, { action, resource, context }: Check, decision: Refused): string => {
  const what = `${caller} is not authorized to perform ${action} on ${resource}`;
  if (decision.deniedBy !== undefined) return `${what}: denied by ${decision.deniedBy.source}`;
  if (decision.unmet.length === 0) return `${what}: no statement allows it`;
  const unmet = decision.unmet.map(({ operator, key, wanted }) => {
    const found = valuesOf(context, key);
    return `${operator} ${key} ${wanted.join(', ')} (found ${found.length === 0 ? 'none' : found.join(', ')})`;
  });
  return `${what}: condition not met: ${[...new Set(unmet)].join('; ')}`;
};

/** The refusal as the service answers it. */
export const refusalError = (service: string, message: string): AwsError =>
  service === 'ec2'
    ? new AwsError('UnauthorizedOperation', `You are not authorized to perform this operation. ${message}`, 403)
    : new AwsError('AccessDeniedException', message);
