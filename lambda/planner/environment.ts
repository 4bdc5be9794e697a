import * as z from 'zod/mini';

/** What the planner's construct must set and the handler reads. */
export const plannerEnvironmentSchema = z.object({
  /** The FIFO queue of executions. */
  QUEUE_URL: z.string().check(z.minLength(1)),
  /** What a policy's id follows in its ARN, the `policy_id` of events: `arn:aws:stillpoint:REGION:ACCOUNT:policy/`. */
  POLICY_ARN_PREFIX: z.string().check(z.startsWith('arn:')),
});
export type PlannerEnvironment = z.infer<typeof plannerEnvironmentSchema>;
