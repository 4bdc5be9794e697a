import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';

const manifestSchema = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** `node_modules/@scope/name` or `node_modules/name`, also inside another package. */
const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

const licenceText = (folder: string): string => {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  return file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
};

const titleOf = (folder: string): string => {
  const { name, version, license } = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  return `${name} ${version}, ${license}`;
};

/** The licences of the packages that these files belong to: each text once, below the packages that it is of. */
export const noticesOf = (files: readonly string[]): string => {
  const folders = new Set(files.map((file) => PACKAGE.exec(file)?.[0]).filter((folder) => folder !== undefined));
  const titles = new Map<string, string[]>();
  for (const folder of [...folders].sort()) {
    const text = licenceText(folder);
    titles.set(text, [...(titles.get(text) ?? []), titleOf(folder)]);
  }
  return [...titles].map(([text, packages]) => `${packages.join('\n')}\n\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`);
};
