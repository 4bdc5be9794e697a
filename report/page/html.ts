/** Text that is HTML already. Made only by {@link html} and {@link raw}. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | undefined | readonly Part[];

/** HTML with everything that is put into it escaped, for text and for attributes between double quotes. `undefined` is nothing. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(texts.reduce((whole, text, index) => `${whole}${toText(parts[index - 1])}${text}`));

/** Our own text, such as the style sheet, as it is. */
export const raw = (text: string): Html => new Html(text);

const toText = (part: Part): string => {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(toText).join('');
  return escapeHtml(String(part));
};

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Marks of writing direction in a hostile text would turn what follows it around: they are shown as codes. */
const DIRECTION = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const escapeHtml = (text: string): string =>
  text
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
    .replace(DIRECTION, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
