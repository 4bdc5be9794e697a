const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' };
const escapeText = (text: string): string => text.replace(/[&<>"\r]/g, (char) => ESCAPES[char] ?? char);

/** Elements of an object, in EC2's form: a list is a set of `<item>`, times are ISO 8601, absent values have no element. */
export const toXml = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => `<item>${toXml(item)}</item>`).join('');
  if (typeof value === 'object') {
    const present = Object.entries(value).filter(([, child]) => child !== undefined);
    return present.map(([key, child]) => `<${key}>${toXml(child)}</${key}>`).join('');
  }
  return escapeText(String(value));
};
