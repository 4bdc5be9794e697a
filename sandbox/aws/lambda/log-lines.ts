import type { Readable } from 'node:stream';

/** The bootstrap writes this and the request id when an invocation's output is complete. */
const MARK = '\u001e';

export interface LogLines {
  /** Resolves when the output of this request was read to its end. */
  ended(requestId: string): Promise<void>;
}

/** Split a function's output into lines, JSON ones parsed, and watch for the marks. */
export const readLines = (stream: Readable, onLine: (line: unknown) => void): LogLines => {
  let rest = '';
  const marks = new Set<string>();
  const waiting = new Map<string, () => void>();
  const take = (line: string): void => {
    const at = line.indexOf(MARK);
    const text = at < 0 ? line : line.slice(0, at);
    if (text.trim() !== '') onLine(parseLine(text));
    if (at < 0) return;
    const requestId = line.slice(at + 1);
    marks.add(requestId);
    waiting.get(requestId)?.();
  };
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
  stream.on('end', () => take(rest));
  return {
    ended: (requestId) =>
      marks.delete(requestId)
        ? Promise.resolve()
        : new Promise((resolve) =>
            waiting.set(requestId, () => {
              waiting.delete(requestId);
              marks.delete(requestId);
              resolve();
            }),
          ),
  };
};

const parseLine = (text: string): unknown => {
  if (!text.startsWith('{')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
