/** Where the command line writes. */
export interface Terminal {
  /** Lines can be drawn again. */
  readonly live: boolean;
  readonly colours: boolean;
  readonly columns: number;
  readonly rows: number;
  write(text: string): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A terminal over a stream. NO_COLOR (https://no-color.org) turns colours off; a dumb terminal can't redraw. */
export const terminalOf = (stream: NodeJS.WriteStream, environment: Environment): Terminal => {
  const live = stream.isTTY === true && environment['TERM'] !== 'dumb';
  return {
    live,
    colours: live && (environment['NO_COLOR'] ?? '') === '',
    get columns() {
      return stream.columns ?? 80;
    },
    get rows() {
      return stream.rows ?? 24;
    },
    write: (text) => {
      stream.write(text);
    },
  };
};

const CODES = { bold: [1, 22], green: [32, 39], red: [31, 39], yellow: [33, 39], dim: [2, 22] } as const;

/** Text in a style, where the terminal shows styles. */
export const paint = (terminal: Terminal, style: keyof typeof CODES, text: string): string => {
  const [on, off] = CODES[style];
  return terminal.colours ? `\u001b[${on}m${text}\u001b[${off}m` : text;
};

export const writeLine = (terminal: Terminal, line = ''): void => terminal.write(`${line}\n`);
