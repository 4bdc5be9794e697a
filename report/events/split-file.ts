import * as z from 'zod/mini';

/** A value of an events file and where it stands, for messages: `events.jsonl:3`. */
export interface Placed {
  readonly place: string;
  readonly value: unknown;
}

export type Split =
  | { readonly ok: true; readonly values: readonly Placed[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** What `aws logs filter-log-events` and `get-log-events` print: each message is the event's text. */
const logEventsSchema = z.object({ events: z.array(z.object({ message: z.string() })) });

/** What CloudWatch Logs puts before a message in its exports (the time) and in `aws logs tail` (time and stream). */
const LOG_PREFIX = /^\d{4}-\d\d-\d\dT\S+\s+(?:[^\s{]\S*\s+)?(?=\{)/;

/** The values of a file, whichever of the accepted forms it has. */
export const splitFile = (file: string, text: string): Split => {
  const whole = parseJson(text);
  if (whole.ok) return splitValue(file, whole.value);
  const [first = '', ...others] = text.split('\n').filter((line) => line.trim() !== '');
  if (first === '') return { ok: true, values: [] };
  // One document over many lines is one value with a mistake in it, not as many wrong lines.
  const isDocument = /^\s*[[{]\s*$/.test(first) || /^\s*\[/.test(first) || (others.length > 0 && /^\{\s*"events"\s*:/.test(first));
  return isDocument
    ? { ok: false, problems: [`${file}: found broken JSON: ${whole.message}; allowed: events as JSON, an array or one a line`] }
    : splitLines(file, text);
};

const splitValue = (file: string, value: unknown): Split => {
  if (Array.isArray(value))
    return { ok: true, values: value.map((entry: unknown, index) => ({ place: `${file}: event ${index + 1}`, value: entry })) };
  const log = logEventsSchema.safeParse(value);
  if (!log.success) return { ok: true, values: [{ place: file, value }] };
  return collect(log.data.events.map(({ message }, index) => ({ place: `${file}: events[${index}].message`, text: message })));
};

const splitLines = (file: string, text: string): Split =>
  collect(
    text
      .split('\n')
      .flatMap((line, index) => (line.trim() === '' ? [] : [{ place: `${file}:${index + 1}`, text: line.replace(LOG_PREFIX, '') }])),
  );

const collect = (texts: readonly { readonly place: string; readonly text: string }[]): Split => {
  const problems: string[] = [];
  const values: Placed[] = [];
  for (const { place, text } of texts) {
    const parsed = parseJson(text);
    if (parsed.ok) values.push({ place, value: parsed.value });
    else problems.push(`${place}: found ${shorten(text)}, allowed: JSON, an event a line (${parsed.message})`);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, values };
};

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 37)}...` : text);

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

const parseJson = (text: string): Parsed => {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
};
