import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import type { SynthesizeProps } from '../../lib/synthesize';
import type { PolicyFile } from '../../sandbox/scenario/policies';

const ROOT = resolve(import.meta.dirname, '../..');
/** Git ignores it. An assembly is used again as long as sources and policies are the same. */
const CACHE = join(ROOT, 'build', 'end-to-end');
const SOURCES = ['lambda', 'lib', 'ssm-documents', 'package-lock.json'];
const STALE_MS = 60 * 60_000;

export interface AppOptions {
  /** By policy id. */
  readonly policies: Readonly<Record<string, PolicyFile>>;
  readonly settings?: SynthesizeProps['settings'];
}

/** The cloud assembly of the app with these policies, as `npm start` builds it. */
export const assemblyOf = async (options: AppOptions): Promise<string> => {
  const hash = createHash('sha256').update(JSON.stringify(options));
  for (const source of SOURCES) hashTree(hash, join(ROOT, source));
  const folder = join(CACHE, hash.digest('hex').slice(0, 16));
  if (existsSync(folder))
    utimesSync(folder, new Date(), new Date()); // in use: not stale
  else await synthesize(options, folder);
  return join(folder, 'cdk.out');
};

const hashTree = (hash: ReturnType<typeof createHash>, path: string): void => {
  if (!statSync(path).isDirectory()) hash.update(path).update(readFileSync(path));
  else for (const entry of readdirSync(path).sort()) hashTree(hash, join(path, entry));
};

/** Built beside and renamed, so that whoever finds the folder finds it whole. */
const synthesize = async (options: AppOptions, folder: string): Promise<void> => {
  mkdirSync(CACHE, { recursive: true });
  for (const old of readdirSync(CACHE)) {
    const path = join(CACHE, old);
    const { mtimeMs = Date.now() } = statSync(path, { throwIfNoEntry: false }) ?? {}; // one that is being built is renamed
    if (Date.now() - mtimeMs > STALE_MS) rmSync(path, { recursive: true, force: true });
  }
  const building = mkdtempSync(join(CACHE, 'building-'));
  writeFileSync(join(building, 'options.json'), JSON.stringify(options));
  const argv = ['--import', 'tsx', join(import.meta.dirname, 'sandbox-synth.ts'), join(building, 'options.json'), building];
  const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise((done) => child.once('close', done));
  if (code !== 0) {
    rmSync(building, { recursive: true, force: true });
    throw new Error(`the app was not built:\n${said}`);
  }
  if (existsSync(folder)) rmSync(building, { recursive: true, force: true });
  else renameSync(building, folder);
};
