import * as z from 'zod/mini';

/** What the planner's construct must set and the handler reads. */
export const plannerEnvironmentSchema = z.object({
  /** The FIFO queue of executions. */
  QUEUE_URL: z.string().check(z.minLength(1)),
});
export type PlannerEnvironment = z.infer<typeof plannerEnvironmentSchema>;
