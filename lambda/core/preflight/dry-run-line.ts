import * as z from 'zod/mini';
import { lastLineOf } from '../last-line';

const filesystemSchema = z.object({
  mount: z.string(),
  type: z.string(),
  device: z.optional(z.string()),
  /** EBS volume ids under it; empty when they can't be told. */
  volumes: z.array(z.string()),
  /** Why it would not be frozen. */
  reason: z.optional(z.string()),
  /** It holds files of the application. */
  application: z.optional(z.boolean()),
});

/** The line that our documents print at `dry-run` (docs/documents.md). Members beyond these are for people. */
export const dryRunLineSchema = z.object({
  /** The contract's name and version. */
  stillpoint: z.literal('dry-run/1'),
  /** The instance's clock, ISO 8601 with milliseconds. */
  time: z.optional(z.string()),
  application: z.optional(z.string()),
  ready: z.boolean(),
  /** No write of the application could end until the release. */
  writeLocked: z.optional(z.boolean()),
  /** What a pre-script would exit with now. */
  exitCode: z.number(),
  freeze: z.array(filesystemSchema),
  leave: z.array(filesystemSchema),
  checks: z.array(z.object({ name: z.string(), result: z.enum(['ok', 'warning', 'failed']), detail: z.string() })),
  error: z.optional(z.string()),
});
export type DryRunLine = z.infer<typeof dryRunLineSchema>;
export type DryRunFilesystem = z.infer<typeof filesystemSchema>;

/** The dry-run's line in a command's output, or undefined where the document prints none. */
export const findDryRunLine = (output: string): DryRunLine | undefined => lastLineOf(output, dryRunLineSchema);
