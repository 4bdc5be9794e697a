import * as z from 'zod/mini';

/** What a schedule's rule sends the planner through its input transformer. */
const plannerInputSchema = z.object({
  policyId: z.string().check(z.minLength(1)),
  schedule: z.string().check(z.minLength(1)),
  /** The event's time: the rule's minute, some seconds into it. */
  time: z.pipe(
    z.iso.datetime({ offset: true }),
    z.transform((time) => new Date(time)),
  ),
});
export type PlannerInput = z.infer<typeof plannerInputSchema>;

/** Read the planner's input. Throws on anything else: then it was not one of our rules that called. */
export const parsePlannerInput = (event: unknown): PlannerInput => {
  const parsed = plannerInputSchema.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new Error(`not a planner input: ${z.prettifyError(parsed.error)}`);
};
