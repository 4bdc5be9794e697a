import * as z from 'zod/mini';
import type { Attempt, Facts, SnapshotSet } from '../execution/facts';
import { freezeReport, freezeReportSchema, tellingLine } from '../execution/freeze-report';
import { timeOrNoneSchema, timeSchema } from './common';

/** What the script events don't tell of an attempt: its freeze and its CreateSnapshots call, with their times. */
export const timelineEntrySchema = z.object({
  /** The attempt's number; 0 for a set without scripts around it (a fallback, a stopped instance). */
  attempt: z.number(),
  /** First filesystem frozen and last one thawed, by the instance's clock; "" when its document did not say. */
  frozen_at: timeOrNoneSchema,
  thawed_at: timeOrNoneSchema,
  /** When the guardian ends the freeze by itself, by the instance's clock. */
  auto_thaw_at: timeOrNoneSchema,
  freeze_window_ms: freezeReportSchema.shape.freeze_window_ms,
  freeze_window_source: freezeReportSchema.shape.freeze_window_source,
  thawed_by: freezeReportSchema.shape.thawed_by,
  /** What CreateSnapshots came to; `unclear`: it gave no answer and no set was looked for, "": it was not called (by VSS the instance calls it). */
  set: z.enum(['created', 'failed', 'unclear', '']),
  /** EC2's code and message where it refused. */
  set_error: z.string(),
  /** The call and its answer, by the worker's clock; "" when an earlier worker made the call. */
  set_start_time: timeOrNoneSchema,
  set_end_time: timeOrNoneSchema,
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

/** Each attempt in order, then the set that was made without scripts. */
export const timelineOf = ({ attempts, plainSet }: Facts): TimelineEntry[] => [
  ...attempts.map((attempt) => entryOf(attempt)),
  ...(plainSet === undefined ? [] : [entryOf({ number: 0, interrupted: false, posts: [], set: plainSet })]),
];

const entryOf = (attempt: Attempt): TimelineEntry => {
  const { freeze_window_ms, freeze_window_source, thawed_by } = freezeReport(attempt);
  const line = tellingLine(attempt);
  return {
    attempt: attempt.number,
    frozen_at: timeOrNone(line?.frozenAt),
    thawed_at: timeOrNone(line?.thawedAt),
    auto_thaw_at: timeOrNone(line?.autoThawAt),
    freeze_window_ms,
    freeze_window_source,
    thawed_by,
    ...setOf(attempt.vss === undefined ? attempt.set : undefined),
  };
};

const setOf = (set: SnapshotSet | undefined): Pick<TimelineEntry, 'set' | 'set_error' | 'set_start_time' | 'set_end_time'> => ({
  set: set?.kind ?? '',
  set_error: set?.kind === 'failed' ? `${set.code}: ${set.message}` : '',
  set_start_time: set?.call?.from.toISOString() ?? '',
  set_end_time: set?.call?.to.toISOString() ?? '',
});

/** A document of somebody else's may write its times in another way. */
const timeOrNone = (text: string | undefined): string => (timeSchema.safeParse(text).success ? (text ?? '') : '');
