import * as z from 'zod/mini';
import { instanceArn, type OutgoingEvent, type Place, policyArn, resourceArns, timeOrNoneSchema } from './common';

export const FAST_RESTORE_DETAIL_TYPE = 'Stillpoint Fast Restore Notification';

/** `detail` of a set's fast snapshot restore being switched. Fields that don't apply are "" or empty. */
export const fastRestoreDetailSchema = z.object({
  /** `enabled`: EC2 has taken the request, and optimizes 60 minutes a TiB. `failed`: some of it was refused; it is tried again as long as it is wanted. */
  result: z.enum(['enabled', 'disabled', 'failed']),
  policy_id: z.string(),
  /** The instance's ARN. */
  source: z.string(),
  resource_type: z.literal('EBS_SNAPSHOT'),
  execution_id: z.string(),
  /** The snapshots, with their volumes and the zones (by name or id, as the rule has them) in which they were switched. */
  resources: z.array(z.object({ resource_id: z.string(), source: z.string(), zones: z.array(z.string()) })),
  /** Of `enabled`: when it is switched off by age; "": by count. */
  until: timeOrNoneSchema,
  /** EC2's code and message for each snapshot and zone that it did not switch, and what was asked. */
  errors: z.array(
    z.object({ resource_id: z.string(), zone: z.string(), asked: z.enum(['enable', 'disable']), code: z.string(), message: z.string() }),
  ),
});
export type FastRestoreDetail = z.infer<typeof fastRestoreDetailSchema>;

export interface FastRestoreEventContext {
  readonly place: Place;
  readonly policyId: string;
  readonly instanceId: string;
  readonly executionId: string;
}

export interface SwitchedMember {
  readonly snapshotId: string;
  readonly volumeId: string;
  readonly zones: readonly string[];
}

/** What EC2 did not do. */
export interface SwitchError {
  readonly snapshotId: string;
  readonly volumeId: string;
  readonly zone: string;
  readonly asked: 'enable' | 'disable';
  readonly code: string;
  readonly message: string;
}

export type FastRestoreTold =
  | { readonly result: 'enabled'; readonly members: readonly SwitchedMember[]; readonly until: Date | undefined }
  | { readonly result: 'disabled'; readonly members: readonly SwitchedMember[] }
  | { readonly result: 'failed'; readonly errors: readonly SwitchError[] };

export const fastRestoreEvent = (
  { place, policyId, instanceId, executionId }: FastRestoreEventContext,
  told: FastRestoreTold,
): OutgoingEvent => {
  const policy = policyArn(place, policyId);
  const detail: FastRestoreDetail = {
    result: told.result,
    policy_id: policy,
    source: instanceArn(place, instanceId),
    resource_type: 'EBS_SNAPSHOT',
    execution_id: executionId,
    resources: told.result === 'failed' ? [] : told.members.map((member) => ({ ...resourceArns(place, member), zones: [...member.zones] })),
    until: told.result === 'enabled' ? (told.until?.toISOString() ?? '') : '',
    errors: told.result === 'failed' ? told.errors.map((error) => errorOf(place, error)) : [],
  };
  return { detailType: FAST_RESTORE_DETAIL_TYPE, resources: [policy], detail };
};

const errorOf = (place: Place, { zone, asked, code, message, ...member }: SwitchError) => {
  const { resource_id } = resourceArns(place, member);
  return { resource_id, zone, asked, code, message };
};
