import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PolicyDetails$ } from '@aws-sdk/client-dlm';
import { REFUSED_KEYS } from '../../lambda/core/policy/refused-keys';

const REPOSITORY = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8');

/** The kinds of shapes in the SDK's schemas of its API model: a list has its member fifth, a structure its names fifth and its members sixth. */
const LIST = 1;
const STRUCTURE = 3;

/** Every key that DLM's API model has below a shape, as a path: `Schedules[].RetainRule.Count`. */
const keysOf = (given: unknown, path: string): readonly string[] => {
  const shape: unknown = typeof given === 'function' ? given() : given;
  if (!Array.isArray(shape)) return [];
  const [kind, , , , fifth, members] = shape;
  if (kind === LIST) return keysOf(fifth, `${path}[]`);
  if (kind !== STRUCTURE || !Array.isArray(fifth) || !Array.isArray(members)) return [];
  return fifth.flatMap((name: unknown, index) => {
    const key = path === '' ? String(name) : `${path}.${name}`;
    return [key, ...keysOf(members[index], key)];
  });
};

const MODEL = keysOf(PolicyDetails$, '');

interface Row {
  readonly key: string;
  readonly built: string;
  readonly test: string;
}

const SECTION = /^## Every key of PolicyDetails\n(.*?)(?=^## |$(?![\s\S]))/ms;

/** The rows of the table: the key, where it is built (or that it is refused), the test that runs it. */
const ROWS: readonly Row[] = [...(SECTION.exec(read('docs/policies.md'))?.[1] ?? '').matchAll(/^\| `([^`]+)` \| (.*) \| (.*) \|$/gm)].map(
  ([, key = '', built = '', test = '']) => ({ key, built, test }),
);

const pathsIn = (cell: string): readonly string[] => [...cell.matchAll(/`([\w./-]+\/[\w./-]+)`/g)].map(([, path = '']) => path);
const lastName = (key: string): string => key.split('.').at(-1)?.replace('[]', '') ?? key;
const isRefused = ({ built }: Row): boolean => built.startsWith('refused');

it('reads the model', () => {
  expect(MODEL).toEqual(expect.arrayContaining(['PolicyType', 'Schedules[].CreateRule.Scripts[].Stages', 'TargetTags[].Key']));
  expect(MODEL.length).toBeGreaterThan(90);
});

it('has a row for every key of the model, in its order, and no other', () => {
  expect(ROWS.map(({ key }) => key)).toEqual(MODEL);
});

it('names files that exist', () => {
  const named = ROWS.flatMap(({ built, test }) => [...pathsIn(built), ...pathsIn(test)]);
  expect([...new Set(named)].filter((path) => !existsSync(join(REPOSITORY, path)))).toEqual([]);
});

it.each(ROWS.filter((row) => !isRefused(row)))('$key names where it is built, and a test that has it', ({ key, built, test }) => {
  expect(pathsIn(built).length).toBeGreaterThan(0);
  expect(pathsIn(test).filter((path) => read(path).includes(lastName(key)))).not.toEqual([]);
});

it('refuses only what is not for instance snapshot policies, and what the functions refuse by name', () => {
  const refused = ROWS.filter(isRefused).map(({ key }) => key);
  const notByName = refused.filter((key) => !REFUSED_KEYS.some((name) => key.split(/\.|\[\]/).includes(name)));
  expect(notByName).toEqual([]);
  const carried = ROWS.filter((row) => !isRefused(row)).map(({ key }) => key);
  expect(carried.filter((key) => REFUSED_KEYS.includes(key))).toEqual([]);
});
