import * as z from 'zod/mini';
import type { DoubtfulThaw } from '../execution/thaw';
import { causeSchema, dlmFields, instanceArn, type OutgoingEvent, type Place, policyArn } from './common';

export const POSSIBLY_FROZEN_DETAIL_TYPE = 'Stillpoint Possibly Frozen';

/** `detail` of the event that asks a person to look: nobody could confirm that the instance is thawed. */
export const possiblyFrozenDetailSchema = z.object({
  ...dlmFields,
  cause: causeSchema,
  execution_id: z.string(),
  /** `thaw-unconfirmed`, `pre-script-open`, `held-by-another` (204), `not-thawed` (no recovery thaw allowed) or `dead-letter`. */
  reason: z.enum(['thaw-unconfirmed', 'pre-script-open', 'held-by-another', 'not-thawed', 'dead-letter']),
  /**
   * The command that thaws by hand, once a person has seen that the freeze is nobody else's. Several, with "; " between them, where it
   * is not known which attempt holds: a document leaves alone what is not its own.
   */
  thaw_command: z.string(),
});
export type PossiblyFrozenDetail = z.infer<typeof possiblyFrozenDetailSchema>;

export interface PossiblyFrozenContext {
  readonly place: Place;
  readonly policyId: string;
  readonly instanceId: string;
  readonly executionId: string;
  readonly executionHandler: string;
  /** The UUIDs of the attempts that may hold, which the post-script must be given. */
  readonly attemptUuids: readonly string[];
}

export const possiblyFrozenEvent = (
  context: PossiblyFrozenContext,
  reason: DoubtfulThaw | 'dead-letter',
  cause: PossiblyFrozenDetail['cause'],
): OutgoingEvent => {
  const policy = policyArn(context.place, context.policyId);
  const detail: PossiblyFrozenDetail = {
    policy_id: policy,
    execution_handler: context.executionHandler,
    source: instanceArn(context.place, context.instanceId),
    resource_type: 'EBS_SNAPSHOT',
    cause,
    execution_id: context.executionId,
    reason,
    thaw_command: context.attemptUuids.map((uuid) => thawCommand(context, uuid)).join('; '),
  };
  return { detailType: POSSIBLY_FROZEN_DETAIL_TYPE, resources: [policy], detail };
};

const thawCommand = ({ place, instanceId, executionHandler }: PossiblyFrozenContext, uuid: string): string =>
  `aws ssm send-command --region ${place.region} --document-name '${executionHandler}' --instance-ids ${instanceId} ` +
  `--parameters command=post-script,executionId=${uuid}`;
