import * as z from 'zod/mini';
import { EVENT_SOURCE } from '../event/common';
import { EXECUTION_DETAIL_TYPE } from '../event/execution-event';

/** EC2's event at the end of a set: of every set in the account, whoever made it. It carries no tags and no instance. */
export const COMPLETION_STATUS = 'EBS Multi-Volume Snapshots Completion Status';

/** The one message group of the lifecycle function's queue: one invocation at a time decides what becomes of sets. */
export const LIFECYCLE_GROUP = 'lifecycle';

/** Why sets are looked at: something happened to one, the daily sweep, the quarter-hourly look at what takes its time. */
export const TRIGGERS = ['event', 'sweep', 'follow'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** What the lifecycle function is asked to look at. */
export type Request =
  | { readonly kind: 'completed'; readonly snapshotIds: readonly string[] }
  /** `made`: the execution has a set. */
  | {
      readonly kind: 'closed';
      readonly policyId: string;
      readonly instanceId: string;
      readonly executionId: string;
      readonly made: boolean;
    }
  | { readonly kind: 'all'; readonly trigger: 'sweep' | 'follow' }
  /** What an earlier invocation had no time left for. */
  | { readonly kind: 'again'; readonly policyId: string; readonly instanceId?: string | undefined; readonly trigger: Trigger };

/** ARNs in EC2's events have region and account at odd places: the last segment is the id. */
const lastSegment = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

const completedSchema = z.pipe(
  z.object({
    source: z.literal('aws.ec2'),
    'detail-type': z.literal(COMPLETION_STATUS),
    detail: z.object({ snapshots: z.array(z.object({ snapshot_id: z.string() })) }),
  }),
  z.transform(
    ({ detail }): Request => ({ kind: 'completed', snapshotIds: detail.snapshots.map(({ snapshot_id }) => lastSegment(snapshot_id)) }),
  ),
);

const closedSchema = z.pipe(
  z.object({
    source: z.literal(EVENT_SOURCE),
    'detail-type': z.literal(EXECUTION_DETAIL_TYPE),
    detail: z.object({ policy_id: z.string(), source: z.string(), execution_id: z.string(), resources: z.array(z.unknown()) }),
  }),
  z.transform(
    ({ detail }): Request => ({
      ...{ kind: 'closed', policyId: lastSegment(detail.policy_id), instanceId: lastSegment(detail.source) },
      ...{ executionId: detail.execution_id, made: detail.resources.length > 0 },
    }),
  ),
);

const requestSchema = z.union([
  completedSchema,
  closedSchema,
  z.object({ kind: z.literal('all'), trigger: z.enum(['sweep', 'follow']) }),
  z.object({ kind: z.literal('again'), policyId: z.string(), instanceId: z.optional(z.string()), trigger: z.enum(TRIGGERS) }),
]);

/** What a message of the queue asks for; undefined: nothing that this release understands. */
export const readRequest = (body: string): Request | undefined => {
  try {
    return requestSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
};
