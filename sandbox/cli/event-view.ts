import * as z from 'zod/mini';
import { COMPLETION_DETAIL_TYPE } from '../../lambda/core/event/completion-event';
import { EXECUTION_DETAIL_TYPE } from '../../lambda/core/event/execution-event';
import { POSSIBLY_FROZEN_DETAIL_TYPE } from '../../lambda/core/event/possibly-frozen-event';
import { RECOVERY_THAW_DETAIL_TYPE, SCRIPT_DETAIL_TYPE } from '../../lambda/core/event/script-event';
import type { EventEnvelope } from '../ports';

/** What the command line reads of a stage's event. */
const stageDetail = z.object({
  source: z.string(),
  policy_id: z.string(),
  script_stage: z.enum(['PRE', 'POST', '']),
  result: z.enum(['initiated', 'success', 'failed']),
  cause: z.string(),
  start_time: z.string(),
  stillpoint: z.object({ execution_id: z.string(), attempt: z.number(), command_id: z.string() }),
});

/** What the command line reads of an execution's closing event. */
const closingDetail = z.object({
  source: z.string(),
  policy_id: z.string(),
  execution_id: z.string(),
  result: z.enum(['success', 'failed']),
  cause: z.string(),
  consistency: z.enum(['application', 'reported', 'crash', 'stopped', 'none']),
  reason: z.string(),
  detail: z.optional(z.string()),
  attempts: z.number(),
  freeze_window_ms: z.optional(z.nullable(z.number())),
  resources: z.array(z.object({ resource_id: z.string() })),
});

/** What the command line reads of the end of a set. */
const completionDetail = z.object({
  result: z.enum(['confirmed', 'withdrawn']),
  execution_id: z.string(),
  reason: z.string(),
  detail: z.string(),
  resources: z.array(z.object({ resource_id: z.string() })),
});

export type StageEvent = z.infer<typeof stageDetail>;
export type ClosingEvent = z.infer<typeof closingDetail>;
export type CompletionEvent = z.infer<typeof completionDetail>;

export type SeenEvent =
  | { readonly kind: 'stage'; readonly stage: StageEvent; readonly recovery: boolean }
  | { readonly kind: 'closing'; readonly closing: ClosingEvent }
  | { readonly kind: 'completion'; readonly completion: CompletionEvent }
  | { readonly kind: 'possibly-frozen'; readonly instanceId: string; readonly reason: string }
  | { readonly kind: 'other' };

const possiblyFrozenDetail = z.object({ source: z.string(), reason: z.string() });

/** The product's events by kind; any other event is `other`. An event of ours that lacks its fields is a defect and throws. */
export const viewEvent = (event: EventEnvelope): SeenEvent => {
  if (event.source !== 'stillpoint') return { kind: 'other' };
  switch (event['detail-type']) {
    case SCRIPT_DETAIL_TYPE:
      return { kind: 'stage', stage: stageDetail.parse(event.detail), recovery: false };
    case RECOVERY_THAW_DETAIL_TYPE:
      return { kind: 'stage', stage: stageDetail.parse(event.detail), recovery: true };
    case EXECUTION_DETAIL_TYPE:
      return { kind: 'closing', closing: closingDetail.parse(event.detail) };
    case COMPLETION_DETAIL_TYPE:
      return { kind: 'completion', completion: completionDetail.parse(event.detail) };
    case POSSIBLY_FROZEN_DETAIL_TYPE: {
      const { source, reason } = possiblyFrozenDetail.parse(event.detail);
      return { kind: 'possibly-frozen', instanceId: lastSegment(source), reason };
    }
    default:
      return { kind: 'other' };
  }
};

/** The name at the end of an ARN: instance id, snapshot id, policy id. */
export const lastSegment = (arn: string): string => arn.split(/[/:]/).at(-1) ?? arn;
