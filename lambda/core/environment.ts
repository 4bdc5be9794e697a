import type * as z from 'zod/mini';

/**
 * A function's environment variables, held against its schema: the one that types the construct's environment too. Throws with the
 * names of the variables that are missing or wrong.
 */
export const readEnvironment = <T>(schema: z.ZodMiniType<T>, variables: Readonly<Record<string, string | undefined>>): T => {
  const parsed = schema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const names = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
  throw new Error(`environment variables missing or wrong: ${[...names].join(', ')}`);
};
