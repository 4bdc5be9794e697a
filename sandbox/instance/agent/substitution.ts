import type { ParameterValues } from './document';

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/**
 * A value as the agent's regular expression library (Go) puts it in place of a match: `$$` is a dollar sign, `$0` the match,
 * and any other `$name`, `$1` or `${name}` an unknown group, thus nothing.
 */
const expand = (value: string, match: string): string =>
  value.replace(/\$(?:\$|\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))/g, (found: string, braced?: string, plain?: string) => {
    if (found === '$$') return '$';
    return (braced ?? plain) === '0' ? match : '';
  });

const replaceIn = (text: string, values: ParameterValues): string => {
  let result = text;
  for (const [name, value] of values) {
    result = result.replace(new RegExp(`\\{\\{\\s*${name}\\s*\\}\\}`, 'g'), (match) => expand(asText(value), match));
  }
  return result;
};

/**
 * Parameters put into an input of a step, as text. A text that is one parameter and nothing else becomes its value, so a whole
 * `runCommand: "{{ commands }}"` becomes the list. A name that no parameter has stays as it is.
 */
export const substitute = (input: unknown, values: ParameterValues): unknown => {
  if (Array.isArray(input)) return input.map((item) => asText(substitute(item, values)));
  if (typeof input !== 'string') return input;
  const only = /^\{\{\s*([A-Za-z0-9]+)\s*\}\}$/.exec(input)?.[1];
  return only !== undefined && values.has(only) ? values.get(only) : replaceIn(input, values);
};
