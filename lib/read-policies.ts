import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { parsePolicy } from '../lambda/core/policy/parse-policy';
import { describeProblem } from '../lambda/core/policy/policy-problem';
import type { Policy } from '../lambda/core/policy/policy-schema';
import { JsonSyntaxError, type Position, readJson } from './json-document';

/** A policy and its id: the file's name without `.json`. */
export interface PolicyFile {
  readonly id: string;
  readonly policy: Policy;
}

/** Everything that is wrong in a folder of policies, a line each. */
export class PolicyFilesError extends Error {
  override readonly name = 'PolicyFilesError';
  constructor(readonly problems: readonly string[]) {
    super(`${problems.length === 1 ? '1 problem' : `${problems.length} problems`} in the policies:\n${problems.join('\n')}`);
  }
}

/** The id goes into names of rules, tags and message ids. */
export const POLICY_ID = /^[A-Za-z0-9_-]{1,40}$/;

const EXTENSION = '.json';

interface Read {
  readonly files: readonly PolicyFile[];
  readonly problems: readonly string[];
}

interface Finding {
  readonly position: Position;
  readonly message: string;
}

/** In the order of the file, as `FILE:LINE:COLUMN: MESSAGE`. */
const print = (file: string, findings: readonly Finding[]): readonly string[] =>
  [...findings]
    .sort((a, b) => a.position.line - b.position.line || a.position.column - b.position.column)
    .map(({ position, message }) => `${file}:${position.line}:${position.column}: ${message}`);

const readPolicy = (id: string, file: string, text: string): Read => {
  const json = readJson(text);
  const duplicates = json.duplicates.map(({ key, position }) => ({ position, message: `the key "${key}" stands twice in one object` }));
  const parsed = parsePolicy(json.value);
  const problems = parsed.ok ? [] : parsed.problems;
  const findings = problems.map((problem) => ({ position: json.locate(problem.path), message: describeProblem(problem) }));
  return { files: parsed.ok ? [{ id, policy: parsed.policy }] : [], problems: print(file, [...duplicates, ...findings]) };
};

const readFile = (id: string, file: string, text: string): Read => {
  try {
    return readPolicy(id, file, text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return { files: [], problems: print(file, [{ position: error.position, message: `not JSON: ${error.message}` }]) };
  }
};

const isIgnored = (name: string): boolean => name.startsWith('.') || name.endsWith('.md');

const readEntry = (folder: string, entry: Dirent): Read => {
  const path = join(folder, entry.name);
  const file = relative(process.cwd(), path);
  const id = basename(entry.name, EXTENSION);
  if (entry.name.endsWith(EXTENSION) && POLICY_ID.test(id) && !entry.isDirectory()) return readFile(id, file, readFileSync(path, 'utf8'));
  const allowed = 'NAME.json, where NAME is the policy id: 1 to 40 letters, digits, _ and -';
  return { files: [], problems: [`${file}: found the name ${JSON.stringify(entry.name)}, allowed: ${allowed}`] };
};

/**
 * The policies of a folder, in the order of their ids. Throws a {@link PolicyFilesError} with everything that is wrong in
 * any of the files. Hidden files and `*.md` are passed over.
 */
export const readPolicies = (folder: string): readonly PolicyFile[] => {
  if (!existsSync(folder)) throw new PolicyFilesError([`${folder}: no such folder`]);
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !isIgnored(name));
  const read = entries.sort((a, b) => (a.name < b.name ? -1 : 1)).map((entry) => readEntry(folder, entry));
  const problems = read.flatMap((one) => one.problems);
  if (problems.length > 0) throw new PolicyFilesError(problems);
  return read.flatMap((one) => one.files);
};
