import * as z from 'zod/mini';
import { volumeKeysSchema } from '../core/lifecycle/sharing/shareable';

/** What the lifecycle function's construct must set and the handler reads. */
export const lifecycleEnvironmentSchema = z.object({
  /** The FIFO queue that feeds it. */
  QUEUE_URL: z.string().check(z.minLength(1)),
  /** What a policy's id follows in its ARN, the `policy_id` of events: `arn:aws:stillpoint:REGION:ACCOUNT:policy/`. */
  POLICY_ARN_PREFIX: z.string().check(z.startsWith('arn:')),
  VOLUME_KEYS: volumeKeysSchema,
});
export type LifecycleEnvironment = z.infer<typeof lifecycleEnvironmentSchema>;
