import { parseArgs } from 'node:util';
import { messageOf } from '../scenario/files';
import { suggest } from '../scenario/nearest';
import { LINES } from './lines';
import type { AppVolume, Subject } from './subject';

/** The command line, read and not yet held against the document. */
export interface KitOptions extends Pick<Subject, 'volumes' | 'bystanders' | 'freezes' | 'timeoutSeconds'> {
  readonly file: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly server?: NonNullable<Subject['server']>;
  readonly lockProbe?: string;
  readonly autoThaw?: number;
  readonly json: boolean;
  /** One instance at a time. */
  readonly oneByOne: boolean;
  /** Lines to try; empty: all. */
  readonly only: readonly string[];
}

export type KitArguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string }
  | { readonly kind: 'run'; readonly options: KitOptions };

const OPTIONS = {
  parameter: { type: 'string', multiple: true },
  volume: { type: 'string', multiple: true },
  bystander: { type: 'string', multiple: true },
  'no-freeze': { type: 'boolean' },
  server: { type: 'string' },
  ready: { type: 'string' },
  folder: { type: 'string' },
  'lock-probe': { type: 'string' },
  'auto-thaw': { type: 'string' },
  timeout: { type: 'string' },
  only: { type: 'string', multiple: true },
  'one-by-one': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** What is wrong with the command line, in a sentence. */
class Wrong extends Error {}

/** Reads a command line. Anything that is not understood is told, never ignored. */
export const parseKitArguments = (args: readonly string[]): KitArguments => {
  try {
    for (const arg of args) checkName(arg);
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });
    if (values.help === true) return { kind: 'help' };
    return { kind: 'run', options: optionsOf(values, positionals) };
  } catch (error) {
    return { kind: 'wrong', message: messageOf(error) };
  }
};

const checkName = (arg: string): void => {
  const name = /^--([^=]+)/.exec(arg)?.[1];
  if (name === undefined || name in OPTIONS) return;
  throw new Wrong(`unknown option --${name}; ${suggest(name, Object.keys(OPTIONS))}`);
};

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

const optionsOf = (values: Values, positionals: readonly string[]): KitOptions => {
  const [file, ...more] = positionals;
  if (file === undefined) throw new Wrong('which document? Give its file (YAML or JSON)');
  if (more.length > 0) throw new Wrong(`one document at a time: found ${positionals.join(', ')}`);
  const { server, ready, folder, 'lock-probe': lockProbe, 'auto-thaw': autoThaw } = values;
  if ((server === undefined) !== (ready === undefined)) throw new Wrong('--server and --ready belong together');
  const freezes = values['no-freeze'] !== true;
  if (!freezes && lockProbe === undefined) throw new Wrong('--no-freeze needs --lock-probe: else nothing could be seen to hold');
  return {
    file,
    parameters: (values.parameter ?? []).map(pair),
    ...(server !== undefined && ready !== undefined && { server: { start: server, ready, ...(folder !== undefined && { folder }) } }),
    ...(lockProbe !== undefined && { lockProbe }),
    ...(autoThaw !== undefined && { autoThaw: seconds('auto-thaw', autoThaw) }),
    volumes: (values.volume ?? ['/data:ext4', '/log:xfs']).map(volume),
    bystanders: ['/boot', ...(values.bystander ?? []).map((path) => absolute('bystander', path))],
    freezes,
    timeoutSeconds: seconds('timeout', values.timeout ?? '30'),
    json: values.json === true,
    oneByOne: values['one-by-one'] === true,
    only: (values.only ?? []).map(lineId),
  };
};

const pair = (text: string): readonly [string, string] => {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new Wrong(`--parameter: found ${text}, allowed: NAME=VALUE`);
  return [name, value];
};

const volume = (text: string): AppVolume => {
  const [, path = '', filesystem = 'ext4'] = /^([^:]*)(?::(.*))?$/.exec(text) ?? [];
  if (filesystem !== 'ext4' && filesystem !== 'xfs') throw new Wrong(`--volume ${text}: found ${filesystem}, allowed: ext4, xfs`);
  return { mount: absolute('volume', path), filesystem };
};

const lineId = (text: string): string => {
  const known = Object.values(LINES).map(({ id }) => id);
  if (!known.some((id) => id === text)) throw new Wrong(`--only: found ${text}; ${suggest(text, known)}`);
  return text;
};

const absolute = (option: string, path: string): string => {
  if (!/^(\/[\w.@+-]+)+$/.test(path)) throw new Wrong(`--${option}: found ${path}, allowed: an absolute path`);
  return path;
};

const seconds = (option: string, text: string): number => {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > 600) throw new Wrong(`--${option}: found ${text}, allowed: 1 to 600 seconds`);
  return value;
};
