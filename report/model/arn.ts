/** The name at the end of an ARN: instance id, snapshot id, policy id. */
export const lastSegment = (arn: string): string => arn.split(/[/:]/).at(-1) ?? arn;
