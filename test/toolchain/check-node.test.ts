import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const SCRIPT = join(import.meta.dirname, '../../scripts/check-node.cjs');
const { explain }: { readonly explain: (version: string) => string } = createRequire(SCRIPT)(SCRIPT);

describe('the check of Node’s version', () => {
  it.each(['v20.0.0', 'v22.11.0', 'v24.1.0', 'v100.0.0'])('takes %s', (version) => {
    expect(explain(version)).toBe('');
  });

  it.each(['v18.20.8', 'v19.9.0', 'v8.17.0', 'v0.10.48', 'unknown'])('refuses %s in one line that says what is needed', (version) => {
    expect(explain(version)).toMatch(new RegExp(`^Stillpoint needs Node 20 or later; this is Node ${version}\\..*$`));
  });

  it('lets this Node pass without a word', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});
