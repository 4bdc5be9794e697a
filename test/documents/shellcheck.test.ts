import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentFolders, renderDocument } from '../../ssm-documents/render';
import { describeWith } from '../support/capabilities';
import { readDocument } from './support/rendered';

const ROOT = join(import.meta.dirname, '../..');

const complaints = (...files: readonly string[]): string => spawnSync('shellcheck', files, { encoding: 'utf8', cwd: ROOT }).stdout;

describeWith(['shellcheck'], 'shellcheck', () => {
  const sources = ['runtime', ...documentFolders()].map((name) => `ssm-documents/${name}`);

  test.each([...sources, 'sandbox/document-test/servers', 'test/document-test'])('has nothing to say of %s', (folder) => {
    const files = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.sh'));
    expect(files).not.toHaveLength(0);
    expect(complaints(...files.map((name) => join(folder, name)))).toBe('');
  });

  test.each(documentFolders())('has nothing to say of the rendered %s', (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'shellcheck-'));
    try {
      const file = join(folder, `${name}.sh`);
      const document = readDocument(renderDocument(join(ROOT, 'ssm-documents', name)));
      writeFileSync(file, document.mainSteps[0]?.inputs.runCommand.join('\n') ?? '');
      // What used a variable of the runtime may be left out; the template has it all.
      expect(complaints(...(name === 'template' ? [] : ['--exclude=SC2034']), file)).toBe('');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
