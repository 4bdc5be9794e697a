import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { renderDocument } from '../../ssm-documents/render';
import type { CapabilityName } from '../support/capabilities';

const REPOSITORY = resolve(import.meta.dirname, '../..');

/** What the kit takes. */
export const KIT: readonly CapabilityName[] = ['mount-namespaces', 'loop-devices', 'ext4', 'xfs'];

const reportSchema = z.object({
  ok: z.boolean(),
  lines: z.array(
    z.object({
      id: z.string(),
      result: z.enum(['pass', 'fail', 'not applicable', 'not tried']),
      consequence: z.string(),
      seen: z.string(),
    }),
  ),
});

/** What the kit found, by result: `{pass: [ids], fail: [ids], ...}`, and what was seen of each line. */
export interface Report {
  readonly code: number | null;
  readonly ok: boolean;
  of(result: 'pass' | 'fail' | 'not applicable' | 'not tried'): readonly string[];
  seen(id: string): string;
}

export interface KitRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Kits at a time in one test file: each has several instances, and more would only make all of them slow. */
const AT_ONCE = 2;
let running = 0;
const waiting: (() => void)[] = [];

const inTurn = async <T>(use: () => Promise<T>): Promise<T> => {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await use();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next(); // which takes the place
  }
};

/** `npm run document-test -- ARGS`, without npm's own second. */
export const runKit = (...args: readonly string[]): Promise<KitRun> => inTurn(() => started(args));

const started = (args: readonly string[]): Promise<KitRun> =>
  new Promise((resolve, reject) => {
    const kit = spawn(process.execPath, ['--import', 'tsx', 'sandbox/document-test.ts', ...args], { cwd: REPOSITORY, env: process.env });
    const output = { stdout: '', stderr: '' };
    kit.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
    kit.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
    kit.once('error', reject);
    kit.once('close', (code) => resolve({ code, ...output }));
  });

/** Runs `use` with a file that goes away afterwards. */
export const withFile = async <T>(name: string, content: string, use: (file: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-kit-'));
  try {
    const file = join(folder, name);
    writeFileSync(file, content);
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** One of our documents, as it is deployed. */
export const rendered = (name: string): string => renderDocument(join(REPOSITORY, 'ssm-documents', name));

/** Tries a document. */
export const tryDocument = (name: string, content: string, ...args: readonly string[]): Promise<Report> =>
  withFile(name, content, async (file) => {
    const { code, stdout, stderr } = await runKit(file, '--json', ...args);
    if (stdout === '') throw new Error(`the kit ended with ${code}: ${stderr}`);
    const { ok, lines } = reportSchema.parse(JSON.parse(stdout));
    return {
      code,
      ok,
      of: (result) => lines.filter((line) => line.result === result).map(({ id }) => id),
      seen: (id) => lines.find((line) => line.id === id)?.seen ?? '',
    };
  });
