import type { Permission } from './function-config';

/** `*` and `?` in an ARN pattern, as ArnLike reads them. */
const arnLike = (pattern: string, arn: string): boolean => {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(arn);
};

/**
 * Whether the function's resource policy lets EventBridge invoke it for a rule. A statement with SourceAccount never
 * does: EventBridge does not send it.
 */
export const allowsRule = (permissions: readonly Permission[], functionName: string, ruleArn: string): boolean =>
  permissions.some(
    (permission) =>
      permission.functionName === functionName &&
      permission.action === 'lambda:InvokeFunction' &&
      permission.principal === 'events.amazonaws.com' &&
      permission.sourceAccount === undefined &&
      (permission.sourceArn === undefined || arnLike(permission.sourceArn, ruleArn)),
  );
