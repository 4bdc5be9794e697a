import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PolicyFilesError, readPolicies } from '../../lib/read-policies';
import { policyJson } from './policy-fixture';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'policies-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: unknown) =>
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

/** What readPolicies tells, each line without the folder. */
const problems = (): readonly string[] => {
  try {
    readPolicies(folder);
    return [];
  } catch (error) {
    if (!(error instanceof PolicyFilesError)) throw error;
    return error.problems.map((problem) => problem.replace(`${relative(process.cwd(), folder)}/`, ''));
  }
};

it('reads the policies of a folder in the order of their ids, and passes over notes and hidden files', () => {
  write('weekly.json', policyJson());
  write('a_1-B.json', policyJson({ State: 'DISABLED' }));
  write('README.md', '# ours');
  write('.swp', 'x');
  expect(readPolicies(folder)).toEqual([
    { id: 'a_1-B', policy: policyJson({ State: 'DISABLED' }) },
    { id: 'weekly', policy: policyJson() },
  ]);
});

it("reads the project's own policies", () => {
  const files = readPolicies(join(import.meta.dirname, '../../policies'));
  expect(files.map(({ id }) => id)).toContain('nightly');
});

it('tells file, line, column, field, found and allowed, in the order of the file and of all files', () => {
  write('a.json', JSON.stringify(policyJson({ Stat: 'ENABLED', TargetTags: [] }), null, 2));
  write('b.json', '{\n  "ResourceTypes": ["INSTANCE"],\n  "TargetTags": [{ "Key": "a", "Value": 1 }],\n  "Schedules": []\n}\n');
  expect(problems()).toEqual([
    'a.json:5:3: TargetTags: found [], allowed: a list of 1 to 50 tags',
    'a.json:14:3: Stat: unknown key; did you mean State?',
    'b.json:3:32: TargetTags[0].Value: found 1, allowed: a tag value of 0 to 256 characters',
    'b.json:4:3: Schedules: found [], allowed: a list of 1 to 4 schedules',
  ]);
});

it.each([
  ['{\n  "a": 1,\n}', "a.json:3:1: not JSON: Unexpected token '}' found."],
  ['{ "a": 1', 'a.json:1:9: not JSON: Unexpected end of input found.'],
  ['', 'a.json:1:1: not JSON: Unexpected end of input found.'],
  ['{ "a": nope }', 'a.json:1:8: not JSON: Unexpected identifier'],
  ['// comment\n{}', 'a.json:1:1: not JSON: '],
])('%j is told with the place where it stops being JSON', (text, expected) => {
  write('a.json', text);
  expect(problems()).toEqual([expect.stringContaining(expected)]);
});

it('tells a key that stands twice, of which JSON would take the last in silence', () => {
  write('a.json', JSON.stringify(policyJson()).replace('{', '{ "State": "ENABLED",\n "State": "DISABLED",'));
  expect(problems()).toEqual(['a.json:2:2: the key "State" stands twice in one object']);
});

it('tells the place of a missing key by the object that lacks it', () => {
  write('a.json', JSON.stringify(policyJson({ Schedules: [{ Name: 'x' }] }), null, 2));
  expect(problems()).toEqual(['a.json:12:5: Schedules[0].CreateRule: missing, allowed: an object']);
});

it.each(['night ly.json', 'night.ly.json', `${'n'.repeat(41)}.json`, 'nightly.yaml', 'nightly.JSON'])('the name %s', (name) => {
  write(name, policyJson());
  const allowed = 'NAME.json, where NAME is the policy id: 1 to 40 letters, digits, _ and -';
  expect(problems()).toEqual([`${name}: found the name "${name}", allowed: ${allowed}`]);
});

it('refuses a folder inside the folder', () => {
  mkdirSync(join(folder, 'nightly.json'));
  expect(problems()).toEqual([expect.stringContaining('nightly.json: found the name')]);
});

it('counts the problems in its message', () => {
  write('a.json', policyJson({ State: 'x', Description: '!' }));
  expect(() => readPolicies(folder)).toThrow(/^2 problems in the policies:\n.*a\.json:1:\d+: .*\n.*a\.json:1:\d+: /);
});

it('names a folder that does not exist', () => {
  expect(() => readPolicies(join(folder, 'absent'))).toThrow(/absent: no such folder/);
});
