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
  readonly server?: { readonly start: string; readonly ready: string; readonly folder?: string };
  readonly lockProbe?: string;
  /** When the document is to end a freeze by itself, and the parameters that make it so. */
  readonly autoThaw: { readonly seconds: number; readonly parameters: Readonly<Record<string, readonly string[]>> };
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
  const { parameters, server, lockProbe, volumes, bystanders, freezes, timeoutSeconds } = options;
  const given = new Map(parameters).get(AUTO_THAW);
  const takes = AUTO_THAW in declared;
  const seconds = options.autoThaw ?? (given !== undefined ? Number(given) : takes ? OWN_SECONDS : ANY_SECONDS);
  return {
    name: basename(options.file, extname(options.file)),
    document,
    parameters: valuesOf(parameters),
    volumes,
    bystanders,
    freezes,
    ...(server && { server }),
    ...(lockProbe !== undefined && { lockProbe }),
    autoThaw: { seconds, parameters: takes && given === undefined ? { [AUTO_THAW]: [String(seconds)] } : {} },
    timeoutSeconds,
  };
};

/** A name that was given several times is a StringList. */
const valuesOf = (pairs: KitOptions['parameters']): Readonly<Record<string, readonly string[]>> => {
  const values: Record<string, string[]> = {};
  for (const [name, value] of pairs) values[name] = [...(values[name] ?? []), value];
  return values;
};
