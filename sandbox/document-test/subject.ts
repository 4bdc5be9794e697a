import { basename, extname } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { messageOf, type Read, readText } from '../scenario/files';
import { suggest } from '../scenario/nearest';
import type { KitOptions } from './arguments';

/** An application's filesystem. */
export interface AppVolume {
  readonly mount: string;
  readonly filesystem: 'ext4' | 'xfs';
}

/** The document under test, with all that was said about it on the command line. */
export interface Subject {
  readonly name: string;
  /** As parsed, unchanged. */
  readonly document: unknown;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly volumes: readonly AppVolume[];
  /** Filesystems that the document must leave alone. */
  readonly bystanders: readonly string[];
  readonly freezes: boolean;
  /** A shell text that is run once; instances begin with the volumes as it leaves them. */
  readonly prepare?: string;
  readonly server?: { readonly start: string; readonly ready: string };
  /** A folder of this machine that instances must see. */
  readonly folder?: string;
  readonly lockProbe?: string;
  /** When the document ends a freeze by itself, and its parameter that can make it so (absent: it can't, or the user has set it). */
  readonly autoThaw: { readonly seconds: number; readonly parameter?: string };
  readonly timeoutSeconds: number;
}

const AUTO_THAW = 'autoThawSeconds';
/** Short for a document that takes the time as a parameter; else long enough for those that wait a minute. */
const OWN_SECONDS = 4;
const ANY_SECONDS = 60;

const parameterSchema = z.looseObject({
  type: z.optional(z.string()),
  allowedValues: z.optional(z.array(z.unknown())),
  allowedPattern: z.optional(z.string()),
});
type Parameter = z.infer<typeof parameterSchema>;
const documentSchema = z.looseObject({ parameters: z.optional(z.record(z.string(), z.unknown())) });

/** Reads the document and holds the command line against it. */
export const readSubject = (options: KitOptions): Read<Subject> => {
  const { file } = options;
  const refuse = (message: string): Read<Subject> => ({ ok: false, message: `${file}: ${message}` });
  const text = readText(file);
  if (!text.ok) return refuse(text.message);
  const parsed = readContent(text.value);
  if (!parsed.ok) return refuse(parsed.message);
  const declared = parsed.value.parameters ?? {};
  for (const [name, value] of options.parameters) {
    const wrong = wrongParameter(name, value, declared);
    if (wrong !== undefined) return refuse(wrong);
  }
  return { ok: true, value: subjectOf(options, parsed.value, declared) };
};

const readContent = (text: string): Read<z.infer<typeof documentSchema>> => {
  try {
    const parsed = documentSchema.safeParse(parse(text));
    if (!parsed.success) return { ok: false, message: 'is not an SSM document: found no mapping at the top' };
    if (!('mainSteps' in parsed.data)) return { ok: false, message: 'is not an SSM document: it has no mainSteps' };
    return { ok: true, value: parsed.data };
  } catch (error) {
    return { ok: false, message: `is neither YAML nor JSON: ${messageOf(error)}` };
  }
};

const RESERVED = ['executionId', 'command'];

const wrongParameter = (name: string, value: string, declared: Readonly<Record<string, unknown>>): string | undefined => {
  if (RESERVED.includes(name)) return `--parameter ${name}: the kit gives this one itself`;
  if (!(name in declared)) return `--parameter ${name}: the document has no such parameter; ${suggest(name, Object.keys(declared))}`;
  const parameter = parameterSchema.safeParse(declared[name]);
  return parameter.success ? wrongValue(name, value, parameter.data) : undefined; // the contract's line tells
};

const wrongValue = (name: string, value: string, { allowedValues, allowedPattern }: Parameter): string | undefined => {
  const found = `--parameter ${name}: found ${JSON.stringify(value)}, allowed`;
  if (allowedValues !== undefined && !allowedValues.map(String).includes(value)) return `${found}: ${allowedValues.join(', ')}`;
  return allowedPattern !== undefined && !new RegExp(allowedPattern).test(value) ? `${found}: what matches ${allowedPattern}` : undefined;
};

const subjectOf = (options: KitOptions, document: unknown, declared: Readonly<Record<string, unknown>>): Subject => {
  const { file, parameters, autoThaw, json, atOnce, only, ...rest } = options;
  const given = new Map(parameters).get(AUTO_THAW);
  const takes = AUTO_THAW in declared;
  const seconds = autoThaw ?? (given !== undefined ? Number(given) : takes ? OWN_SECONDS : ANY_SECONDS);
  return {
    ...rest,
    name: basename(file, extname(file)),
    document,
    parameters: valuesOf(parameters),
    autoThaw: { seconds, ...(takes && given === undefined && { parameter: AUTO_THAW }) },
  };
};

/** A name that was given several times is a StringList. */
const valuesOf = (pairs: KitOptions['parameters']): Readonly<Record<string, readonly string[]>> => {
  const values: Record<string, string[]> = {};
  for (const [name, value] of pairs) values[name] = [...(values[name] ?? []), value];
  return values;
};
