import * as z from 'zod/mini';
import { volumeKeysSchema } from '../core/lifecycle/sharing/shareable';

/** What the preflight's construct must set and the handler reads. */
export const preflightEnvironmentSchema = z.object({
  /** What a policy's id follows in its ARN, the `policy_id` of events: `arn:aws:stillpoint:REGION:ACCOUNT:policy/`. */
  POLICY_ARN_PREFIX: z.string().check(z.startsWith('arn:')),
  VOLUME_KEYS: volumeKeysSchema,
});
export type PreflightEnvironment = z.infer<typeof preflightEnvironmentSchema>;
