import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { REFUSED_KEYS } from '../../lambda/core/policy/refused-keys';
import { readPolicies } from '../../lib/read-policies';

const REPOSITORY = join(import.meta.dirname, '../..');
const DOCUMENT = readFileSync(join(REPOSITORY, 'docs/policies.md'), 'utf8');
const BLOCKS = [...DOCUMENT.matchAll(/^```(?:json|text)\n(.*?)^```$/gms)].map(([, text = '']) => text);
const [example, , wrong = '', printed] = BLOCKS;

it('shows the example as it is', () => {
  expect(example).toBe(readFileSync(join(REPOSITORY, 'policies/nightly.json'), 'utf8'));
});

it('shows the errors as they print', () => {
  const folder = mkdtempSync(join(tmpdir(), 'docs-'));
  mkdirSync(join(folder, 'policies'));
  writeFileSync(join(folder, 'policies/wrong.json'), wrong);
  let message = '';
  try {
    readPolicies(join(folder, 'policies'));
  } catch (error) {
    message = error instanceof Error ? error.message : '';
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(`${message.replaceAll(`${relative(process.cwd(), folder)}/`, '')}\n`).toBe(printed);
});

it('names every key that is refused', () => {
  expect(REFUSED_KEYS.filter((key) => !DOCUMENT.includes(key))).toEqual([]);
});
