import * as z from 'zod/mini';

/** How an invocation ended. */
export type InvocationResult =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string };

/** What a function process answers on its channel. */
export const resultMessageSchema = z.discriminatedUnion('ok', [
  z.object({ type: z.literal('result'), requestId: z.string(), ok: z.literal(true), payload: z.string() }),
  z.object({ type: z.literal('result'), requestId: z.string(), ok: z.literal(false), errorType: z.string(), errorMessage: z.string() }),
]);

/** One line of functions.jsonl. */
export interface FunctionLine {
  readonly time: string;
  readonly function: string;
  readonly requestId: string;
  /** The line, parsed when it is JSON. */
  readonly line: unknown;
}
