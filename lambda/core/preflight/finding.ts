import * as z from 'zod/mini';

/** What a preflight looks at, in the order of its report. */
export const CHECKS = [
  'policy',
  'instance',
  'instance-profile',
  'agent',
  'document',
  'dry-run',
  'clock',
  'freezes',
  'volumes',
  'rights',
  'tags',
  'sharing',
  'vss',
  'other-scripts',
  'last-set',
] as const;
export type Check = (typeof CHECKS)[number];

/** `failed`: an execution would not end as `application`. `warning`: worth a look, and no reason for another end. */
export const findingSchema = z.object({
  check: z.enum(CHECKS),
  result: z.enum(['ok', 'warning', 'failed']),
  /** What was found, in a sentence. */
  found: z.string(),
  /** What to do; "" where nothing is. */
  advice: z.string(),
});
export type Finding = z.infer<typeof findingSchema>;

export const ok = (check: Check, found: string): Finding => ({ check, result: 'ok', found, advice: '' });
export const warning = (check: Check, found: string, advice: string): Finding => ({ check, result: 'warning', found, advice });
export const failed = (check: Check, found: string, advice: string): Finding => ({ check, result: 'failed', found, advice });
