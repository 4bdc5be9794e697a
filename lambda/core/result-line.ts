import * as z from 'zod/mini';
import { lastLineOf } from './last-line';

/**
 * Text that goes on into tags and events. JSON can name half of a surrogate pair (Python does for a file name that is no UTF-8), which is no
 * text: as UTF-8 it can't be sent, and an execution could never be closed.
 */
const text = z.pipe(
  z.string(),
  z.transform((value) => value.replace(/\p{Cs}/gu, '\u{fffd}')),
);

/**
 * The line that our documents print, last on stdout, at the end of pre and post: one JSON object. It is what the proof of
 * consistency rests on, so every field says what was seen on the instance. Documents that print none stay `reported`.
 * Times are the instance's clock in ISO 8601 with milliseconds, durations are milliseconds of its monotonic clock.
 */
export const resultLineSchema = z.object({
  /** The contract's name and version. */
  stillpoint: z.literal('result/1'),
  stage: z.enum(['pre', 'post']),
  /** The attempt's UUID, as received. */
  executionId: z.string(),
  /** /proc/sys/kernel/random/boot_id: pre and post must agree. */
  bootId: z.string(),
  /** pre: `held`; post: `released`, or why nothing was released. */
  result: z.enum(['held', 'released', 'auto-thawed', 'not-held', 'rebooted', 'failed']),
  /** Who ended the freeze: the post-script, the guardian's deadline, or nobody (yet). */
  thawedBy: z.enum(['post', 'auto-thaw', 'nobody']),
  /** First filesystem frozen (or application quiesced, when none was) and last one thawed. */
  frozenAt: z.optional(z.string()),
  thawedAt: z.optional(z.string()),
  /** The freeze window. */
  heldMs: z.optional(z.number()),
  /** When the guardian ends the freeze by itself. */
  autoThawAt: z.optional(z.string()),
  /** The document's application, and whether it was quiesced by the same guardian from before the freeze to after the thaw. */
  application: z.object({
    name: z.string(),
    quiesced: z.boolean(),
    /** While it was quiesced none of its writes could end, which is more than that its files stayed in place. */
    writeLocked: z.optional(z.boolean()),
    /** Database coordinates (binlog position, LSN ...), as text. */
    coordinates: z.optional(z.record(text, text)),
  }),
  /** Every filesystem that holds files of the application. */
  filesystems: z.array(
    z.object({
      mount: text,
      type: text,
      /** The mount's source, for example /dev/nvme1n1. */
      device: z.string(),
      /** EBS volume ids under it, through LVM and md; empty when they can't be told. */
      volumes: z.array(text),
      /** Frozen by this attempt's guardian; in post: until it was thawed by the same guardian. */
      held: z.boolean(),
      heldMs: z.optional(z.number()),
      /** Not frozen, but written back without an error after the application was quiesced. */
      synced: z.optional(z.boolean()),
      /** Why it was not frozen: `root`, `agent`, `read-only`, `unsupported`, ... */
      reason: z.optional(text),
    }),
  ),
  /** What went wrong, in a sentence. */
  error: z.optional(text),
});
export type ResultLine = z.infer<typeof resultLineSchema>;

/** The result line in a script's output: the last line that is one. `undefined` when there is none. */
export const findResultLine = (output: string): ResultLine | undefined => lastLineOf(output, resultLineSchema);
