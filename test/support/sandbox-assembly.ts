import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
/** Git ignores it. An assembly is used again as long as sources and policies are the same. */
const CACHE = join(ROOT, 'build', 'end-to-end');
const SOURCES = ['lambda', 'lib', 'ssm-documents', 'package-lock.json'];
const STALE_MS = 60 * 60_000;

/** The cloud assembly of the app with these policies, as `npm start` builds it. */
export const assemblyOf = async (policies: Readonly<Record<string, unknown>>): Promise<string> => {
  const hash = createHash('sha256').update(JSON.stringify(policies));
  for (const source of SOURCES) hashTree(hash, join(ROOT, source));
  const folder = join(CACHE, hash.digest('hex').slice(0, 16));
  if (!existsSync(folder)) await synthesize(policies, folder);
  return join(folder, 'cdk.out');
};

const hashTree = (hash: ReturnType<typeof createHash>, path: string): void => {
  if (!statSync(path).isDirectory()) hash.update(path).update(readFileSync(path));
  else for (const entry of readdirSync(path).sort()) hashTree(hash, join(path, entry));
};

/** Built beside and renamed, so that whoever finds the folder finds it whole. */
const synthesize = async (policies: Readonly<Record<string, unknown>>, folder: string): Promise<void> => {
  mkdirSync(CACHE, { recursive: true });
  for (const old of readdirSync(CACHE)) {
    const path = join(CACHE, old);
    if (Date.now() - statSync(path).mtimeMs > STALE_MS) rmSync(path, { recursive: true, force: true });
  }
  const building = mkdtempSync(join(CACHE, 'building-'));
  writeFileSync(join(building, 'policies.json'), JSON.stringify(policies));
  const argv = ['--import', 'tsx', join(import.meta.dirname, 'sandbox-synth.ts'), join(building, 'policies.json'), building];
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
