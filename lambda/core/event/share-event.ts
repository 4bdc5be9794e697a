import * as z from 'zod/mini';
import { instanceArn, type OutgoingEvent, type Place, policyArn, resourceArns, timeOrNoneSchema } from './common';

export const SHARE_DETAIL_TYPE = 'Stillpoint Share Notification';

/** `detail` of what became of a set's sharing. Fields that don't apply are "" or empty. */
export const shareDetailSchema = z.object({
  /**
   * `shared` and `unshared`: the accounts may make volumes of the snapshots, or may not any more. `refused`: they are never shared, told when the
   * execution begins or, where EC2 refuses, after the set's completion. `failed`: it is tried again.
   */
  result: z.enum(['shared', 'unshared', 'refused', 'failed']),
  policy_id: z.string(),
  /** The instance's ARN. */
  source: z.string(),
  resource_type: z.literal('EBS_SNAPSHOT'),
  execution_id: z.string(),
  /** The snapshots, with their volumes; before there is a set, the volumes alone. */
  resources: z.array(z.object({ resource_id: z.string(), source: z.string() })),
  accounts: z.array(z.string()),
  /** When the sharing ends; "": never. */
  until: timeOrNoneSchema,
  /** Of `unshared`: accounts that still have the permission, since no rule names them (any more). */
  still_shared_with: z.array(z.string()),
  /** Why: EC2's code and message, or ours before EC2 was asked. */
  errors: z.array(z.object({ resource_id: z.string(), source: z.string(), code: z.string(), message: z.string() })),
});
export type ShareDetail = z.infer<typeof shareDetailSchema>;

export interface ShareEventContext {
  readonly place: Place;
  readonly policyId: string;
  readonly instanceId: string;
  readonly executionId: string;
}

/** A snapshot of a volume; "": there is none yet. */
interface Subject {
  readonly snapshotId: string;
  readonly volumeId: string;
}

export interface ShareError extends Subject {
  readonly code: string;
  readonly message: string;
}

export type ShareTold =
  | {
      readonly result: 'shared';
      readonly members: readonly Subject[];
      readonly accounts: readonly string[];
      readonly until: Date | undefined;
    }
  | {
      readonly result: 'unshared';
      readonly members: readonly Subject[];
      readonly accounts: readonly string[];
      readonly left: readonly string[];
    }
  | { readonly result: 'refused' | 'failed'; readonly errors: readonly ShareError[]; readonly accounts: readonly string[] };

const arns = (place: Place, { snapshotId, volumeId }: Subject) => {
  const known = resourceArns(place, { snapshotId, volumeId });
  return snapshotId === '' ? { ...known, resource_id: '' } : known;
};

export const shareEvent = ({ place, policyId, instanceId, executionId }: ShareEventContext, told: ShareTold): OutgoingEvent => {
  const policy = policyArn(place, policyId);
  const subjects = 'errors' in told ? told.errors : told.members;
  const errors = 'errors' in told ? told.errors : [];
  const detail: ShareDetail = {
    result: told.result,
    policy_id: policy,
    source: instanceArn(place, instanceId),
    resource_type: 'EBS_SNAPSHOT',
    execution_id: executionId,
    resources: subjects.map((subject) => arns(place, subject)),
    accounts: [...told.accounts],
    until: told.result === 'shared' ? (told.until?.toISOString() ?? '') : '',
    still_shared_with: told.result === 'unshared' ? [...told.left] : [],
    errors: errors.map(({ code, message, ...subject }) => ({ ...arns(place, subject), code, message })),
  };
  return { detailType: SHARE_DETAIL_TYPE, resources: [policy], detail };
};
