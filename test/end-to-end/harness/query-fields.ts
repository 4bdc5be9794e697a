import type { SavedQuery } from '../../../lib/monitoring/saved-queries';
import type { FunctionLine } from '../../support/sandbox';

/** Words of the query language. */
const WORDS = new Set('fields filter sort desc asc limit stats count by as and or not like in ispresent'.split(' '));

/** The fields of log lines that a query names: every name outside of texts that is no word of the language, no alias, no @field. */
export const fieldsOf = ({ lines }: SavedQuery): readonly string[] => {
  const text = lines
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replace(/"[^"]*"|\/[^/\n]*\/|@\w+/g, ' ');
  const aliases = new Set([...text.matchAll(/\bas (\w+)/g)].map(([, alias]) => alias));
  const names = [...text.matchAll(/[A-Za-z][\w.]*/g)].map(([name]) => name);
  return [...new Set(names)].filter((name) => !WORDS.has(name) && !aliases.has(name));
};

const valueAt = (line: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (at, step) => (typeof at === 'object' && at !== null ? Object.entries(at).find(([key]) => key === step)?.[1] : undefined),
      line,
    );

/** Fields that no line of the query's functions has; where it asks for one kind of lines, no line of that kind. */
export const missingFields = (query: SavedQuery, lines: readonly FunctionLine[]): readonly string[] => {
  const message = /filter message = "([^"]+)"/.exec(query.lines.join('\n'))?.[1];
  const looked = lines
    .filter((line) => query.functions.some((name) => line.function.toLowerCase().includes(name)))
    .map(({ line }) => line)
    .filter((line) => message === undefined || valueAt(line, 'message') === message);
  return fieldsOf(query).filter((field) => !looked.some((line) => valueAt(line, field) !== undefined));
};
