import type * as z from 'zod/mini';

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The last line of a script's output that is a JSON object of this schema. `undefined` when there is none. */
export const lastLineOf = <T>(output: string, schema: z.ZodMiniType<T>): T | undefined => {
  for (const line of output.split('\n').reverse()) {
    if (!line.startsWith('{')) continue;
    const parsed = schema.safeParse(parseJson(line));
    if (parsed.success) return parsed.data;
  }
  return undefined;
};
