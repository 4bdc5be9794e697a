import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A file of one JSON value a line. Written at once and synchronously, so it is complete whatever ends the process. */
export interface JsonLines {
  write(value: unknown): void;
}

export const createJsonLines = (path: string): JsonLines => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  return { write: (value) => appendFileSync(path, `${JSON.stringify(value)}\n`) };
};
