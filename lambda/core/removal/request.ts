import * as z from 'zod/mini';

/** Properties of our custom resources: of rights, by their name, or (without) of the stack itself. */
export const removalPropertiesSchema = z.object({ Rights: z.optional(z.string()) });
export type RemovalProperties = z.infer<typeof removalPropertiesSchema>;

/** What CloudFormation sends a custom resource's function (AWS CloudFormation User Guide, Custom resource request objects). */
export const removalRequestSchema = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  /** Absent in Create. */
  PhysicalResourceId: z.optional(z.string()),
  ResourceProperties: removalPropertiesSchema,
});
export type RemovalRequest = z.infer<typeof removalRequestSchema>;

/** What became of it: why it failed, or nothing. */
export type RemovalResult = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** CloudFormation takes 4 KB in all. */
const REASON_LIMIT = 1_000;

/**
 * The answer, as CloudFormation takes it. The physical id never changes: another one in an Update would have the resource deleted, and so the
 * stack drained.
 */
export const answerTo = (request: RemovalRequest, result: RemovalResult) => ({
  Status: result.ok ? 'SUCCESS' : 'FAILED',
  ...(result.ok ? {} : { Reason: result.reason.slice(0, REASON_LIMIT) }),
  PhysicalResourceId: request.PhysicalResourceId ?? `stillpoint-${request.ResourceProperties.Rights ?? 'stack'}`,
  StackId: request.StackId,
  RequestId: request.RequestId,
  LogicalResourceId: request.LogicalResourceId,
});
