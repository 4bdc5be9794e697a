import { parse } from 'yaml';
import * as z from 'zod/mini';

const parameterSchema = z.object({
  type: z.string(),
  default: z.optional(z.unknown()),
  description: z.optional(z.string()),
  allowedValues: z.optional(z.array(z.unknown())),
  allowedPattern: z.optional(z.string()),
  minChars: z.optional(z.number()),
  maxChars: z.optional(z.number()),
});
export type DocumentParameter = z.infer<typeof parameterSchema>;

const schema = z.object({
  schemaVersion: z.string(),
  description: z.optional(z.string()),
  parameters: z.optional(z.record(z.string(), parameterSchema)),
  mainSteps: z.array(z.looseObject({ name: z.string(), action: z.string() })),
});
export type DocumentContent = z.infer<typeof schema>;

/** Read a document's text, YAML or JSON (which is YAML too). Throws an error that says what is wrong. */
export const parseDocument = (text: string): { readonly value: unknown; readonly content: DocumentContent } => {
  const value: unknown = parse(text);
  const found = schema.safeParse(value);
  if (found.success) return { value, content: found.data };
  const issue = found.error.issues[0];
  throw new Error(`not a command document: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
};
