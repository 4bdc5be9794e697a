import { parseArgs } from 'node:util';
import { messageOf } from '../scenario/files';
import { suggest } from '../scenario/nearest';
import type { OwnFiles } from '../scenario/own-files';

/** Which fleet to run: the example's, the example under a user's own files, or a user's own. */
export type FleetChoice = { readonly scenario: string } | OwnFiles;

export type Arguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string }
  | { readonly kind: 'run'; readonly fleet: FleetChoice; readonly port: number };

type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly short?: string }>>;

const FLEET: Options = {
  scenario: { type: 'string' },
  policy: { type: 'string' },
  document: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
};

/** Options of `npm start`. */
export const START_OPTIONS: Options = FLEET;
/** Options of `npm run sandbox`. */
export const SERVE_OPTIONS: Options = { ...FLEET, port: { type: 'string' } };

const wrong = (message: string): Arguments => ({ kind: 'wrong', message });

/** Reads a command line. Anything that is not understood is told, never ignored. */
export const parseArguments = (args: readonly string[], options: Options): Arguments => {
  const unknown = findUnknown(args, options);
  if (unknown !== undefined) return wrong(unknown);
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
    return choose(values);
  } catch (error) {
    return wrong(messageOf(error));
  }
};

const findUnknown = (args: readonly string[], options: Options): string | undefined => {
  const known = Object.keys(options);
  for (const arg of args) {
    const name = /^--([^=]+)/.exec(arg)?.[1];
    if (name !== undefined && !known.includes(name))
      return `unknown option --${name}; ${suggest(name, known).replace(/[\w-]+/g, dashed(known))}`;
  }
  return undefined;
};

/** Option names in a sentence are written with their dashes. */
const dashed =
  (known: readonly string[]) =>
  (word: string): string =>
    known.includes(word) ? `--${word}` : word;

type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

const choose = (values: Values): Arguments => {
  if (values['help'] === true) return { kind: 'help' };
  const { scenario, policy, document } = {
    scenario: text(values, 'scenario'),
    policy: text(values, 'policy'),
    document: text(values, 'document'),
  };
  for (const [name, value] of Object.entries({ scenario, policy, document })) if (value === '') return wrong(`--${name} needs a file`);
  if (scenario !== undefined && (policy !== undefined || document !== undefined))
    return wrong('--scenario names its own policies and documents; --policy and --document are for the example fleet');
  const port = readPort(text(values, 'port'));
  if (port === undefined) return wrong(`--port: found ${text(values, 'port')}, allowed: 0 to 65535 (0 picks one)`);
  if (scenario !== undefined) return { kind: 'run', fleet: { scenario }, port };
  return { kind: 'run', fleet: { ...(policy === undefined ? {} : { policy }), ...(document === undefined ? {} : { document }) }, port };
};

const text = (values: Values, name: string): string | undefined => {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
};

const readPort = (value: string | undefined): number | undefined => {
  if (value === undefined) return 0;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  return port <= 65_535 ? port : undefined;
};
