import * as z from 'zod/mini';
import type { Conclusion } from '../execution/conclude';
import { type Facts, lastAttempt } from '../execution/facts';
import { freezeReport, freezeReportSchema } from '../execution/freeze-report';
import {
  causeText,
  dlmFields,
  instanceArn,
  type OutgoingEvent,
  type Place,
  policyArn,
  resourceSchema,
  resourcesOf,
  timeSchema,
} from './common';
import { timelineEntrySchema, timelineOf } from './timeline';

export const EXECUTION_DETAIL_TYPE = 'Stillpoint Execution Notification';

/** `detail` of the closing event: one an execution, whatever became of it. */
export const executionDetailSchema = z.object({
  ...dlmFields,
  result: z.enum(['success', 'failed']),
  /** The set that counts; empty when none was made. */
  resources: z.array(resourceSchema),
  start_time: timeSchema,
  end_time: timeSchema,
  execution_id: z.string(),
  /** The due minute. */
  due_time: timeSchema,
  schedules: z.array(z.string()),
  consistency: z.enum(['application', 'reported', 'crash', 'stopped', 'none']),
  /** Why it is that consistency, as one of a closed list of words; `detail` says it in a sentence where there is more to say. */
  reason: z.string(),
  detail: z.string(),
  attempts: z.number(),
  /** Of the last attempt. */
  ...freezeReportSchema.shape,
  /**
   * The application's coordinates (a log position, an LSN) in the copies, as its document told them. Empty where they might be others:
   * of a set that is no more than crash-consistent.
   */
  coordinates: z.record(z.string(), z.string()),
  /** With CopyTags: keys of volumes' tags that a snapshot has no room for, 50 at most. Absent: all were copied. */
  tags_left_out: z.optional(z.array(z.string())),
  timeline: z.array(timelineEntrySchema),
});
export type ExecutionDetail = z.infer<typeof executionDetailSchema>;

export interface ExecutionEventContext {
  readonly place: Place;
  readonly policyId: string;
  readonly instanceId: string;
  readonly executionId: string;
  readonly executionHandler: string;
  readonly due: Date;
  readonly schedules: readonly string[];
  readonly startedAt: Date;
  /** Keys of volumes' tags for which a snapshot has no room. */
  readonly tagsLeftOut?: readonly string[];
}

export const executionEvent = (context: ExecutionEventContext, conclusion: Conclusion, facts: Facts, now: Date): OutgoingEvent => {
  const policy = policyArn(context.place, context.policyId);
  const detail: ExecutionDetail = {
    result: conclusion.result,
    cause: causeText(conclusion.cause),
    policy_id: policy,
    execution_handler: context.executionHandler,
    source: instanceArn(context.place, context.instanceId),
    resource_type: 'EBS_SNAPSHOT',
    resources: resourcesOf(context.place, conclusion.set?.members ?? []),
    start_time: context.startedAt.toISOString(),
    end_time: now.toISOString(),
    execution_id: context.executionId,
    due_time: context.due.toISOString(),
    schedules: [...context.schedules],
    consistency: conclusion.consistency,
    reason: conclusion.reason,
    detail: conclusion.detail,
    attempts: conclusion.attempts,
    ...freezeReport(lastAttempt(facts)),
    coordinates: { ...conclusion.set?.coordinates },
    ...(context.tagsLeftOut === undefined || context.tagsLeftOut.length === 0 ? {} : { tags_left_out: [...context.tagsLeftOut] }),
    timeline: timelineOf(facts),
  };
  return { detailType: EXECUTION_DETAIL_TYPE, resources: [policy], detail };
};
