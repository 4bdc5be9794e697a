import * as z from 'zod/mini';
import { AwsError } from '../aws-error';

export const filtersSchema = z.optional(z.array(z.object({ Name: z.string(), Value: z.optional(z.array(z.string())) })));
export type Filters = z.infer<typeof filtersSchema>;

/** `*` and `?` are wildcards, a backslash takes their meaning away. Case counts. */
const patternOf = (value: string): RegExp => {
  const source = value.replace(
    /\\([\s\S])|([*?])|([\s\S])/g,
    (_all, escaped: string | undefined, wildcard: string | undefined, plain: string) => {
      if (wildcard === '*') return '[\\s\\S]*';
      if (wildcard === '?') return '[\\s\\S]';
      return (escaped ?? plain).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    },
  );
  return new RegExp(`^${source}$`);
};

/** Values of a record by filter name; `undefined` for a name that the operation does not know. */
export type Attributes = (name: string) => readonly string[] | undefined;

/** AND across filters, OR across the values of one. */
export const matchesFilters = (filters: Filters, attributes: Attributes): boolean =>
  (filters ?? []).every(({ Name, Value = [] }) => {
    const found = attributes(Name);
    if (found === undefined) throw new AwsError('InvalidParameterValue', `The filter '${Name}' is invalid`);
    return Value.map(patternOf).some((pattern) => found.some((value) => pattern.test(value)));
  });

/** The `tag:KEY`, `tag-key` and `tag-value` filters. */
export const tagAttribute = (name: string, tags: ReadonlyMap<string, string> | undefined): readonly string[] | undefined => {
  if (name === 'tag-key') return [...(tags?.keys() ?? [])];
  if (name === 'tag-value') return [...(tags?.values() ?? [])];
  if (!name.startsWith('tag:')) return undefined;
  const value = tags?.get(name.slice(4));
  return value === undefined ? [] : [value];
};
