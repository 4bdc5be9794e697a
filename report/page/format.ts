/** Digits in groups of three, with a space that does not break a line. */
const grouped = (value: number): string =>
  Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, '\u202f');

/** Milliseconds, exactly: `1 412 ms`. */
export const milliseconds = (ms: number): string => `${grouped(ms)}\u00a0ms`;

/** A length for reading: `412 ms`, `12.3 s`, `2 min 5 s`, `5 h 42 min`. */
export const length = (ms: number): string => {
  if (ms < 10_000) return milliseconds(ms);
  if (ms < 120_000) return `${(ms / 1_000).toFixed(1)}\u00a0s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}\u00a0min ${seconds % 60}\u00a0s`;
  return `${Math.floor(seconds / 3_600)}\u00a0h ${Math.floor((seconds % 3_600) / 60)}\u00a0min`;
};

/** A place on an axis that begins at 0: `+412 ms`. */
export const offset = (ms: number): string => (ms < 0 ? `\u2212${length(-ms)}` : `+${length(ms)}`);

/** UTC with milliseconds: `03:00:08.910`. */
export const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 23);

/** `2026-11-21 03:00:08` */
export const dateAndTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', '\u00a0');

export const percent = (share: number): string => `${Number((share * 100).toFixed(3))}%`;

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
