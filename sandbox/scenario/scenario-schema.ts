import { Ajv, type ErrorObject } from 'ajv';
import { suggest } from './nearest';
import type { Problem } from './problem';
import schema from './scenario.schema.json';
import type { ScenarioFile } from './scenario-file';

const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  discriminator: true,
  strictRequired: false,
  allowUnionTypes: true,
  strictTypes: false,
});
const validate = ajv.compile<ScenarioFile>(schema);

export type Checked =
  | { readonly ok: true; readonly scenario: ScenarioFile }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Holds a parsed file against the published JSON Schema. */
export const checkSchema = (data: unknown): Checked => {
  if (validate(data)) return { ok: true, scenario: data };
  const problems = (validate.errors ?? []).filter((error) => !isNoise(error)).map(describe);
  return { ok: false, problems };
};

/** A failed alternative is told by the alternatives' own errors. */
const isNoise = (error: ErrorObject): boolean => error.keyword === 'anyOf' && typeof error.data === 'object' && error.data !== null;

/** `/instances/0/tags/a~1b` as `instances[0].tags.a/b`. */
const fieldPath = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`), '');

const below = (field: string, key: string): string => (field === '' ? key : `${field}.${key}`);

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

const describe = (error: ErrorObject): Problem => {
  const field = fieldPath(error.instancePath);
  const unknownKey = parameter(error, 'additionalProperty');
  if (unknownKey !== undefined)
    return { field: below(field, unknownKey), message: `unknown key; ${suggest(unknownKey, knownKeys(error))}` };
  const missing = parameter(error, 'missingProperty');
  if (missing !== undefined) return { field: below(field, missing), message: 'missing' };
  if (error.keyword === 'discriminator') {
    const kinds = alternatives(error);
    return { field: below(field, 'kind'), message: `found ${show(property(error.data, 'kind'))}, allowed: ${kinds.join(', ')}` };
  }
  return { field, message: `found ${found(error)}, allowed: ${allowed(error)}` };
};

const found = (error: ErrorObject): string => {
  if (Array.isArray(error.data) && error.keyword.endsWith('Items')) return `${error.data.length} entries`;
  return show(error.data);
};

const RANGES: Readonly<Record<string, string>> = {
  minimum: 'or more',
  maximum: 'or less',
  minItems: 'entries or more',
  maxItems: 'entries or less',
  minLength: 'characters or more',
  maxLength: 'characters or less',
  maxProperties: 'entries or less',
};

const allowed = (error: ErrorObject): string => {
  const value: unknown = error.schema;
  if (Array.isArray(value)) return value.map((item) => show(item)).join(', ');
  const range = RANGES[error.keyword];
  if (range !== undefined) return `${String(value)} ${range}`;
  if (error.keyword === 'pattern') return `text that matches ${String(value)}`;
  if (error.keyword === 'type') return `a value of type ${String(value)}`;
  if (error.keyword === 'const') return show(value);
  return error.message ?? error.keyword;
};

const property = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined;

const parameter = (error: ErrorObject, key: string): string | undefined => {
  const value = property(error.params, key);
  return typeof value === 'string' ? value : undefined;
};

const keysOf = (value: unknown): readonly string[] => (typeof value === 'object' && value !== null ? Object.keys(value) : []);

const knownKeys = (error: ErrorObject): readonly string[] =>
  keysOf(property(error.parentSchema, 'properties')).filter((key) => key !== '$schema');

/** The `kind`s of a discriminated union. */
const alternatives = (error: ErrorObject): readonly string[] => {
  const options = property(error.parentSchema, 'oneOf');
  if (!Array.isArray(options)) return [];
  return options.map((option: unknown) => String(property(property(property(option, 'properties'), 'kind'), 'const')));
};
