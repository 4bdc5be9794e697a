import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { messageOf } from '../scenario/files';
import { suggest } from '../scenario/nearest';
import { LINES } from './lines';
import { KNOWN_SERVERS, knownServer } from './servers';
import type { AppVolume, Subject } from './subject';

/** The command line, read and not yet held against the document. */
export interface KitOptions extends Omit<Subject, 'name' | 'document' | 'parameters' | 'autoThaw'> {
  readonly file: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly autoThaw?: number;
  readonly json: boolean;
  /** Instances at a time. */
  readonly atOnce: number;
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
  prepare: { type: 'string' },
  server: { type: 'string' },
  ready: { type: 'string' },
  folder: { type: 'string' },
  'lock-probe': { type: 'string' },
  'auto-thaw': { type: 'string' },
  timeout: { type: 'string' },
  only: { type: 'string', multiple: true },
  'at-once': { type: 'string' },
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
  const { folder, 'lock-probe': lockProbe, 'auto-thaw': autoThaw } = values;
  const volumes = (values.volume ?? ['/data:ext4', '/log:xfs']).map(volume);
  const options = {
    file,
    parameters: (values.parameter ?? []).map(pair),
    volumes,
    bystanders: ['/boot', ...(values.bystander ?? []).map((path) => absolute('bystander', path))],
    freezes: values['no-freeze'] !== true,
    ...serverOf(values, volumes),
    ...(lockProbe !== undefined && { lockProbe }),
    ...(folder !== undefined && { folder: existing(absolute('folder', folder)) }),
    ...(autoThaw !== undefined && { autoThaw: within('auto-thaw', autoThaw, 600) }),
    timeoutSeconds: within('timeout', values.timeout ?? '60', 600),
    json: values.json === true,
    atOnce: within('at-once', values['at-once'] ?? '4', 16),
    only: (values.only ?? []).map(lineId),
  };
  checkPlaces(options);
  if (!options.freezes && options.lockProbe === undefined)
    throw new Wrong('--no-freeze needs --lock-probe: else nothing could be seen to hold');
  return options;
};

/** A server of the kit's, or the user's commands. */
const serverOf = (
  { server, ready, prepare }: Values,
  volumes: readonly AppVolume[],
): Pick<KitOptions, 'prepare' | 'server' | 'lockProbe'> => {
  const known = server === undefined ? undefined : knownServer(server, volumes);
  if (known !== undefined) {
    if (ready !== undefined || prepare !== undefined) throw new Wrong(`--server ${server} brings its own --prepare and --ready`);
    return known;
  }
  if ((server === undefined) !== (ready === undefined))
    throw new Wrong(`--server and --ready belong together, unless the server is one of ${KNOWN_SERVERS.join(', ')}`);
  return {
    ...(prepare !== undefined && { prepare }),
    ...(server !== undefined && ready !== undefined && { server: { start: server, ready } }),
  };
};

/** Two filesystems at one place would hide each other, and the instance needs its own. */
const checkPlaces = ({ volumes, bystanders }: Pick<Subject, 'volumes' | 'bystanders'>): void => {
  const places = [...volumes.map(({ mount }) => mount), ...bystanders];
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice !== undefined)
    throw new Wrong(`two filesystems at ${twice}: found --volume and --bystander for it, allowed: one (/boot is there anyway)`);
  const own = places.find((place) => OWN_PLACES.includes(`/${place.split('/')[1]}`));
  if (own !== undefined) throw new Wrong(`no filesystem can be mounted at ${own}: the instance has ${OWN_PLACES.join(', ')} for itself`);
};

const OWN_PLACES: readonly string[] = ['/proc', '/sys', '/dev'];

const existing = (path: string): string => {
  if (!existsSync(path)) throw new Wrong(`--folder: there is no ${path}`);
  return path;
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

const within = (option: string, text: string, most: number): number => {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > most) throw new Wrong(`--${option}: found ${text}, allowed: 1 to ${most}`);
  return value;
};
