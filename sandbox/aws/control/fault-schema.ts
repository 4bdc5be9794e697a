import * as z from 'zod/mini';
import { type Fault, VSS_FAILURES } from '../../ports';

const times = z.exactOptional(z.int().check(z.positive()));
const instanceId = z.exactOptional(z.string());
const call = { action: z.string(), instanceId, times, skip: z.exactOptional(z.int().check(z.positive())) };

/** A fault, as a request to the control route gives it. */
export const faultSchema: z.ZodMiniType<Fault> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('error'), ...call, code: z.string(), status: z.exactOptional(z.int()) }),
  z.strictObject({ kind: z.literal('lost-answer'), ...call }),
  z.strictObject({ kind: z.literal('latency'), ...call, ms: z.number() }),
  z.strictObject({ kind: z.literal('kill-function'), ...call }),
  z.strictObject({ kind: z.literal('late-delivery'), instanceId: z.string(), ms: z.number(), times }),
  z.strictObject({ kind: z.literal('vss'), instanceId: z.string(), failure: z.enum(VSS_FAILURES), times }),
  z.strictObject({ kind: z.literal('late-failure'), instanceId, times }),
]);
