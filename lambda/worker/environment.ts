import * as z from 'zod/mini';
import { volumeKeysSchema } from '../core/lifecycle/sharing/shareable';

/** What the worker's construct must set and the handler reads. */
export const workerEnvironmentSchema = z.object({
  /** The FIFO queue of executions. */
  QUEUE_URL: z.string().check(z.minLength(1)),
  /** What a policy's id follows in its ARN, the `policy_id` of events: `arn:aws:stillpoint:REGION:ACCOUNT:policy/`. */
  POLICY_ARN_PREFIX: z.string().check(z.startsWith('arn:')),
  /** What the worker's rights from the policies are called. */
  RIGHTS: z.string().check(z.minLength(1)),
  /** Freezes at once in the account, 0: no limit. */
  MAXIMUM_FREEZES: z.string().check(z.regex(/^\d{1,4}$/)),
  VOLUME_KEYS: volumeKeysSchema,
});
export type WorkerEnvironment = z.infer<typeof workerEnvironmentSchema>;
