import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import * as z from 'zod/mini';
import { assignments, CONTRACT_PARAMETERS, checkParameter, type Parameter } from './parameters';

const HERE = import.meta.dirname;

/** The documents that are deployed with the app: a folder each. The name of a document is `stillpoint-` and its folder's. */
export const documentFolders = (): string[] =>
  readdirSync(HERE)
    .filter((name) => existsSync(join(HERE, name, 'document.json')))
    .sort();

// In this order: a file may use at load time only what stands before it.
const RUNTIME = [
  'contract',
  'clock',
  'json',
  'process',
  'state',
  'mounts',
  'devices',
  'refusals',
  'survey',
  'coverage',
  'application',
  'container',
  'session',
  'freeze',
  'guardian',
  'hold',
  'orphan',
  'result-line',
  'pre',
  'post',
  'dry-run',
  'checks',
  'main',
];

/** AWS's limit of a document's content. */
const MAX_BYTES = 64 * 1024;

/** Above the longest ExecutionTimeout (120 s), so that the worker's clock ends a script and never the agent's. */
const STEP_TIMEOUT_SECONDS = '150';

const documentSchema = z.strictObject({
  description: z.string(),
  /**
   * For hooks that are to be read and edited in the rendered document. Without it, to save room, their comments are left out, and
   * the functions of the runtime that nothing calls.
   */
  keepComments: z.optional(z.boolean()),
  parameters: z.record(
    z.string(),
    z.strictObject({ type: z.literal('String'), description: z.string(), default: z.string(), allowedPattern: z.string() }),
  ),
});

/**
 * Renders the runtime and one application's hooks into an SSM document (YAML, schema 2.2).
 * @param folder holds `hooks.sh`, further `.sh` files if one is not enough, and `document.json` (description, and parameters
 * beyond the contract's)
 */
export const renderDocument = (folder: string): string => {
  const {
    description,
    keepComments = false,
    parameters: own,
  } = documentSchema.parse(JSON.parse(readFileSync(join(folder, 'document.json'), 'utf8')));
  const parameters: Record<string, Parameter> = { ...CONTRACT_PARAMETERS, ...own };
  for (const [name, parameter] of Object.entries(parameters)) checkParameter(name, parameter);
  const hooks = hooksOf(folder)
    .map(keepComments ? sourceOf : (text) => condensed(text).replace(/^\t/gm, ''))
    .join('\n');
  const text = documentOf(description, parameters, renderScript(parameters, hooks, keepComments ? runtime() : used(runtime(), hooks)));
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) throw new Error(`${folder}: the document has ${bytes} bytes, which is larger than ${MAX_BYTES}`);
  return text;
};

/** The folder's shell files: `hooks.sh`, then the others by name. At load time a file may use only what stands before it. */
const hooksOf = (folder: string): string[] => {
  const others = readdirSync(folder).filter((name) => name.endsWith('.sh') && name !== 'hooks.sh');
  return ['hooks.sh', ...others.sort()].map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    // What has an interpreter is a program that lies beside the hooks: within them it would run as root in every command.
    if (name !== 'hooks.sh' && text.startsWith('#!'))
      throw new Error(`${join(folder, name)}: begins with #!, so it is no part of the hooks`);
    return text;
  });
};

/** Writes `stillpoint-NAME.yaml` of every document into a folder; the paths written. */
export const renderDocuments = (outputFolder: string): string[] => {
  mkdirSync(outputFolder, { recursive: true });
  return documentFolders().map((name) => {
    const path = join(outputFolder, `stillpoint-${name}.yaml`);
    writeFileSync(path, renderDocument(join(HERE, name)));
    return path;
  });
};

/** The steps are written by hand: a line of script costs four characters of indentation, and there are more than a thousand. */
const documentOf = (description: string, parameters: Readonly<Record<string, Parameter>>, script: string): string =>
  `${stringify({ schemaVersion: '2.2', description, parameters }, { lineWidth: 0 })}mainSteps:
- action: aws:runShellScript
  name: run
  precondition:
   StringEquals: [platformType, Linux]
  inputs:
   timeoutSeconds: "${STEP_TIMEOUT_SECONDS}"
   runCommand:
   - |
${script.replace(/^(?=.)/gm, '    ')}`;

const RUNTIME_HEADING = "# ---- Stillpoint's runtime; its commented sources are in ssm-documents/runtime ----";

const renderScript = (parameters: Readonly<Record<string, Parameter>>, hooks: string, runtimeText: string): string => {
  const shell = [hooks, '', RUNTIME_HEADING, runtimeText.replace(/^\t/gm, '')].join('\n');
  checkShell(shell);
  return `#!/bin/bash\n# shellcheck disable=SC2015,SC2086,SC2128 # meant as it reads\n${assignments(parameters)}\n\n${shell}\n`;
};

const runtime = (): string =>
  RUNTIME.map((name) =>
    condensed(readFileSync(join(HERE, 'runtime', `${name}.sh`), 'utf8'))
      .replace(REMARK, '')
      .replace(/^\t*# shellcheck .*\n/gm, '')
      .replace(/(?<=\|\||&&)\n\t+/g, ' '),
  ).join('\n');

/** A function on one line, or with an indented body. */
const FUNCTION = /^(\w+)\(\) \{(?: .*\}|\n(?:\t.*\n)*\})\n/gm;

/** The runtime without the functions that neither the hooks nor the rest of it mention. */
const used = (text: string, hooks: string): string => {
  const mentions = (name: string, where: string): number => where.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
  const kept = text.replace(FUNCTION, (definition, name: string) =>
    mentions(name, hooks) + mentions(name, text) > mentions(name, definition) ? definition : '',
  );
  return kept === text ? text : used(kept, hooks);
};

const sourceOf = (text: string): string => text.replace(/^# shellcheck shell=bash\n/, '').trim();

/** A comment at a line's end, as the runtime writes it: what holds a quote may be no comment. */
const REMARK = / # [^'"#\n]*$/gm;

/** Comments stay in the sources, and a tab stands for two spaces: about a fifth of the size limit is for the hooks. */
const condensed = (text: string): string =>
  sourceOf(text)
    .replace(/^ *#(?! shellcheck).*\n/gm, '')
    .replace(/\n{2,}/g, '\n')
    .replace(/^(?: {2})+/gm, (spaces) => '\t'.repeat(spaces.length / 2));

// The agent makes one dollar sign of two, and takes double braces for a parameter.
const checkShell = (text: string): void => {
  for (const unsafe of ['$$', '{{']) {
    const at = text.indexOf(unsafe);
    if (at >= 0) throw new Error(`a document's script must not hold ${unsafe}: ${text.slice(at, at + 60).split('\n')[0]}`);
  }
};

/** `render.ts [OUTPUT-FOLDER]` writes our documents; `render.ts --folder FOLDER` prints the document of a folder. */
const main = ([first, second]: readonly string[]): void => {
  if (first === '--folder' && second !== undefined) process.stdout.write(renderDocument(second));
  else for (const path of renderDocuments(first ?? join(HERE, '..', 'build', 'ssm-documents'))) console.log(path);
};

if (process.argv[1]?.endsWith('ssm-documents/render.ts')) main(process.argv.slice(2));
