import * as z from 'zod/mini';
import { targetReportSchema } from './target-report';

/** The function's name: the command line finds it by it, since there is one stack a region and account. */
export const PREFLIGHT_FUNCTION = 'stillpoint-preflight';

/** What the schedule of a policy's preflights is called where a schedule's name is asked for: no schedule can have a dot in its name. */
export const PREFLIGHT_SCHEDULE = 'Stillpoint.Preflight';

/**
 * What the function is asked: by the command line for a policy's targets and then for each of them, by a policy's rule for all at once,
 * told as events.
 */
const requestSchema = z.union([
  z.strictObject({ policyId: z.string(), instanceId: z.string() }),
  z.strictObject({ policyId: z.string(), schedule: z.literal(PREFLIGHT_SCHEDULE), time: z.string() }),
  z.strictObject({ policyId: z.string() }),
]);
export type PreflightRequest = z.infer<typeof requestSchema>;

/** Read the function's input. Throws on anything else. */
export const parsePreflightRequest = (event: unknown): PreflightRequest => {
  const parsed = requestSchema.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new Error(`not a request for a preflight: ${JSON.stringify(event)}`);
};

/** What the function answers the command line. */
export const preflightAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('unknown-policy'), known: z.array(z.string()) }),
  z.object({ kind: z.literal('targets'), targets: z.array(z.object({ instanceId: z.string(), name: z.string() })) }),
  z.object({ kind: z.literal('reports'), reports: z.array(targetReportSchema) }),
  z.object({ kind: z.literal('told'), targets: z.number(), failed: z.number(), left: z.number() }),
]);
export type PreflightAnswer = z.infer<typeof preflightAnswerSchema>;

/** The Comment of a dry-run's command: another one than a script's, which the worker's journal would take for its own. */
export const preflightComment = (policyId: string): string => `stillpoint preflight ${policyId}`;
