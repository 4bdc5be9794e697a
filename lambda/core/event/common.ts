import * as z from 'zod/mini';

/** The source of every event; DLM's is `aws.dlm`. PutEvents refuses sources that begin with `aws.`. */
export const EVENT_SOURCE = 'stillpoint';

/** What one call of PutEvents takes of us. */
export interface OutgoingEvent {
  readonly detailType: string;
  /** The policy's ARN, as DLM has it at the top. */
  readonly resources: readonly string[];
  readonly detail: object;
}

/** Where the app runs, for the ARNs in events. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** The environment's POLICY_ARN_PREFIX: `arn:PARTITION:stillpoint:REGION:ACCOUNT:policy/`. Throws on anything else. */
export const placeOf = (policyArnPrefix: string): Place => {
  const [, partition, , region, accountId] = policyArnPrefix.split(':');
  if (!partition || !region || !accountId)
    throw new Error(`POLICY_ARN_PREFIX is ${policyArnPrefix}, expected arn:PARTITION:stillpoint:REGION:ACCOUNT:policy/`);
  return { partition, region, accountId };
};

/** ARN-shaped like DLM's, in a namespace of our own: no AWS service knows it. */
export const policyArn = ({ partition, region, accountId }: Place, policyId: string): string =>
  `arn:${partition}:stillpoint:${region}:${accountId}:policy/${policyId}`;
export const instanceArn = ({ partition, region, accountId }: Place, instanceId: string): string =>
  `arn:${partition}:ec2:${region}:${accountId}:instance/${instanceId}`;
export const volumeArn = ({ partition, region, accountId }: Place, volumeId: string): string =>
  `arn:${partition}:ec2:${region}:${accountId}:volume/${volumeId}`;
/** A snapshot's ARN has no account. */
export const snapshotArn = ({ partition, region }: Place, snapshotId: string): string =>
  `arn:${partition}:ec2:${region}::snapshot/${snapshotId}`;

/** DLM's `detail.resources`. `status` is the snapshot's when the event was made: always `pending`, as in DLM's sample. */
export const resourceSchema = z.object({ status: z.literal('pending'), resource_id: z.string(), source: z.string() });

/** A snapshot and its volume, as DLM's `detail.resources` name them. */
export const resourceArns = (place: Place, { snapshotId, volumeId }: { readonly snapshotId: string; readonly volumeId: string }) => ({
  resource_id: snapshotArn(place, snapshotId),
  source: volumeArn(place, volumeId),
});

export const resourcesOf = (
  place: Place,
  members: readonly { readonly snapshotId: string; readonly volumeId: string }[],
): z.infer<typeof resourceSchema>[] => members.map((member) => ({ status: 'pending', ...resourceArns(place, member) }));

const ISO_MS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** An ISO 8601 time with milliseconds. */
export const timeSchema = z.string().check(z.regex(ISO_MS));
/** The same, or "" where there is none yet (DLM writes "" for none). */
export const timeOrNoneSchema = z.union([timeSchema, z.literal('')]);

/** DLM's `cause` is a string: "" or the number of a cause. */
export const causeSchema = z.enum(['', '201', '202', '203', '204', '205', '206']);
export const causeText = (cause: 201 | 202 | 203 | 204 | 205 | 206 | undefined): z.infer<typeof causeSchema> =>
  cause === undefined ? '' : `${cause}`;

/** DLM's fields that all our events share. */
export const dlmFields = {
  policy_id: z.string(),
  execution_handler: z.string(),
  /** The instance's ARN. */
  source: z.string(),
  resource_type: z.literal('EBS_SNAPSHOT'),
  cause: causeSchema,
};
