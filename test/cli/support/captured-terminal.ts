import type { Terminal } from '../../../sandbox/cli/terminal';

/** A terminal that keeps what is written to it. */
export const capturedTerminal = (options: Partial<Omit<Terminal, 'write'>> = {}): Terminal & { readonly text: () => string } => {
  const written: string[] = [];
  return {
    live: false,
    colours: false,
    columns: 80,
    rows: 24,
    ...options,
    write: (text) => written.push(text),
    text: () => written.join(''),
  };
};
