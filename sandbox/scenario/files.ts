import { readFileSync } from 'node:fs';

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

/** The text of a file, or why it can't be read. */
export const readText = (file: string): Read<string> => {
  try {
    return { ok: true, value: readFileSync(file, 'utf8') };
  } catch (error) {
    return { ok: false, message: `cannot be read: ${messageOf(error)}` };
  }
};

/** A JSON file, parsed and not yet checked. */
export const readJson = (file: string): Read<unknown> => {
  const text = readText(file);
  if (!text.ok) return text;
  try {
    const value: unknown = JSON.parse(text.value);
    return { ok: true, value };
  } catch (error) {
    return { ok: false, message: `is not JSON: ${messageOf(error)}` };
  }
};

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
