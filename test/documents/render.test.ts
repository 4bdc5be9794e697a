import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { assignments, checkParameter, variableOf } from '../../ssm-documents/parameters';
import { renderDocument, renderDocuments } from '../../ssm-documents/render';
import { FOLDERS, readDocument } from './support/rendered';

const UUID = '11111111-2222-4333-8444-555555555555';

describe('rendered documents', () => {
  const folder = mkdtempSync(join(tmpdir(), 'documents-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const paths = renderDocuments(folder);

  test('are named after what they freeze', () => {
    expect(paths.map((path) => basename(path))).toEqual(
      expect.arrayContaining(['stillpoint-filesystem.yaml', 'stillpoint-mysql.yaml', 'stillpoint-template.yaml']),
    );
  });

  describe.each(paths.map((path) => [basename(path), readFileSync(path, 'utf8')]))('%s', (_, text) => {
    const document = readDocument(text);
    const step = document.mainSteps[0];
    const lines = step?.inputs.runCommand.join('\n').split('\n') ?? [];

    test('follow the contract of pre and post scripts', () => {
      expect(document.parameters['executionId']).toMatchObject({ type: 'String', default: 'None' });
      expect(document.parameters['command']).toMatchObject({
        type: 'String',
        default: 'dry-run',
        allowedValues: ['pre-script', 'post-script', 'dry-run'],
      });
      expect(document.mainSteps).toHaveLength(1);
      expect(step).toMatchObject({ action: 'aws:runShellScript', precondition: { StringEquals: ['platformType', 'Linux'] } });
    });

    test('begin with bash in their very first line', () => expect(lines[0]).toBe('#!/bin/bash'));

    test('are given more time than the longest ExecutionTimeout', () => expect(Number(step?.inputs.timeoutSeconds)).toBeGreaterThan(120));

    test('hold nothing that the agent would replace, but their own parameters', () => {
      const script = lines.join('\n');
      expect(script).not.toContain('$$');
      const names = [...script.matchAll(/\{\{ ?([^}]*?) ?\}\}/g)].map(([, name]) => name);
      expect(names.sort()).toEqual(Object.keys(document.parameters).sort());
    });

    test('fit into 64 KB', () => expect(Buffer.byteLength(text)).toBeLessThan(64 * 1024));
  });

  test('the executionId takes None or a UUID and nothing beside it', () => {
    const pattern = new RegExp(readDocument(renderDocument(FOLDERS.filesystem)).parameters['executionId']?.allowedPattern ?? '');
    for (const good of ['None', UUID, UUID.toUpperCase()]) expect(good).toMatch(pattern);
    for (const bad of ['', 'none', `${UUID}'; reboot; '`, `x${UUID}`, `${UUID}\n`]) expect(bad).not.toMatch(pattern);
  });

  test.each(['deadline', 'autoThawSeconds', 'includePaths', 'excludePaths'])('no value of %s can leave its quotes', (name) => {
    const pattern = new RegExp(readDocument(renderDocument(FOLDERS.filesystem)).parameters[name]?.allowedPattern ?? '.');
    for (const bad of ["'", "/a'b", '/$HOME', '/{{ command }}', '/`id`', '/a\\', '/a\nb', '1;id']) expect(bad).not.toMatch(pattern);
  });

  test('includePaths takes paths with spaces, and commas between', () => {
    const pattern = new RegExp(readDocument(renderDocument(FOLDERS.filesystem)).parameters['includePaths']?.allowedPattern ?? '');
    for (const good of ['', '/data', '/data one,/var/lib/pg@14/+x=1']) expect(good).toMatch(pattern);
    for (const bad of ['data', '/a,b', ',', '/a,']) expect(bad).not.toMatch(pattern);
  });
});

describe('a document of one’s own', () => {
  const copy = (change: (folder: string) => void): string => {
    const folder = mkdtempSync(join(tmpdir(), 'document-'));
    try {
      cpSync(FOLDERS.template, folder, { recursive: true });
      change(folder);
      return renderDocument(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const withParameter = (name: string, allowedPattern: string) => (folder: string) => {
    const parameter = { type: 'String', description: 'x', default: 'a', allowedPattern };
    writeFileSync(join(folder, 'document.json'), JSON.stringify({ description: 'x', parameters: { [name]: parameter } }));
  };

  test('is rendered from its hooks and its own parameters', () => {
    const text = copy((folder) => {
      withParameter('sid', '^[a-z]{1,3}$')(folder);
      writeFileSync(join(folder, 'hooks.sh'), '# shellcheck shell=bash\napp_name() { echo "$PARAM_SID"; }\n');
    });
    expect(text).toContain("PARAM_SID='{{ sid }}'");
    expect(text).toContain('app_name() { echo "$PARAM_SID"; }');
  });

  test('is rendered from all shell files of its folder, hooks.sh first and then by name', () => {
    const text = copy((folder) => {
      for (const name of ['hooks', 'b', 'a'])
        writeFileSync(join(folder, `${name}.sh`), `# shellcheck shell=bash\n# of ${name}\nFROM=${name}\n`);
      writeFileSync(join(folder, 'a.txt'), 'FROM=text\n');
    });
    expect(text.match(/FROM=\w+/g)).toEqual(['FROM=hooks', 'FROM=a', 'FROM=b']);
    expect(text).not.toContain('shellcheck shell');
  });

  test('has of the runtime only what it calls, unless its hooks are to be edited in the rendered document', () => {
    const withSession = 'app_quiesce() { session_open cat; }\n';
    const rendered = (keepComments: boolean, hooks: string) =>
      copy((folder) => {
        writeFileSync(join(folder, 'document.json'), JSON.stringify({ description: 'x', keepComments, parameters: {} }));
        writeFileSync(join(folder, 'hooks.sh'), hooks);
      }).match(/^ *(session_open|session_send|container_find|session_close|pre_main)\(\)/gm)?.length;
    expect(rendered(false, '')).toBe(2); // the guardian ends a session, and there is a pre-script in any case
    expect(rendered(false, withSession)).toBe(3);
    expect(rendered(true, withSession)).toBe(5);
  });

  test('is refused when a program lies beside its hooks', () => {
    expect(() => copy((folder) => writeFileSync(join(folder, 'deploy.sh'), '#!/bin/bash\nreboot\n'))).toThrow('deploy.sh: begins with #!');
  });

  test.each([
    ['a pattern without anchors', 'sid', '[a-z]+', 'not anchored'],
    ['a pattern that takes a quote', 'sid', '^.*$', 'not safe'],
    ['a name with an underscore', 'my_sid', '^[a-z]+$', 'underscore'],
    ['a default that is refused', 'sid', '^[0-9]+$', 'default'],
  ])('is refused for %s', (_, name, pattern, message) => {
    expect(() => copy(withParameter(name, pattern))).toThrow(message);
  });

  test.each(['echo $$', 'echo "{{ sid }}"'])('is refused for hooks that hold %s', (line) => {
    expect(() => copy((folder) => writeFileSync(join(folder, 'hooks.sh'), `app_ready() { ${line}; }\n`))).toThrow('must not hold');
  });

  test('is refused when it is too large', () => {
    expect(() => copy((folder) => writeFileSync(join(folder, 'hooks.sh'), `# ${'x'.repeat(65_000)}\n`))).toThrow('larger than');
  });
});

describe('parameters in the script', () => {
  test('have a variable each', () => {
    expect(variableOf('autoThawSeconds')).toBe('PARAM_AUTO_THAW_SECONDS');
    expect(assignments({ sid: { type: 'String', description: '', default: '' } })).toBe("PARAM_SID='{{ sid }}'");
  });

  test.each(["it's", '$x'])('an allowed value of %s is refused', (value) => {
    expect(() => checkParameter('mode', { type: 'String', description: '', default: value, allowedValues: [value] })).toThrow('not safe');
  });

  test('must be bounded', () => {
    expect(() => checkParameter('mode', { type: 'String', description: '', default: '' })).toThrow('needs allowedPattern');
  });
});
