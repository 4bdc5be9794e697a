import * as z from 'zod/mini';

/** What the removal function's construct must set and the handler reads. */
export const removalEnvironmentSchema = z.object({
  /** The FIFO queue of executions. */
  QUEUE_URL: z.string().check(z.minLength(1)),
  /** Its dead letters. */
  DEAD_QUEUE_URL: z.string().check(z.minLength(1)),
  /** What a policy's id follows in its ARN: `arn:aws:stillpoint:REGION:ACCOUNT:policy/`. */
  POLICY_ARN_PREFIX: z.string().check(z.startsWith('arn:')),
  /** Seconds for which nothing must be under way before that is believed. */
  QUIET_SECONDS: z.string().check(z.regex(/^\d{1,3}$/)),
});
export type RemovalEnvironment = z.infer<typeof removalEnvironmentSchema>;
