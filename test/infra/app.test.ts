import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as z from 'zod/mini';
import { HANA_DOCUMENT } from '../../lambda/core/policy/execution-handler';
import { FUNCTION_NAMES } from '../../lib/bundle/function-names';
import { STACK_NAME } from '../../lib/synthesize';

const ROOT = join(import.meta.dirname, '../..');

const EXAMPLES = readdirSync(join(ROOT, 'policies'))
  .filter((name) => name.endsWith('.json'))
  .map((name) => basename(name, '.json'));

const templateSchema = z.object({ Resources: z.record(z.string(), z.object({ Type: z.string() })) });

const HANA = {
  ResourceTypes: ['INSTANCE'],
  TargetTags: [{ Key: 'backup', Value: 'hana' }],
  Schedules: [{ Name: 'daily', CreateRule: { CronExpression: 'cron(0 3 * * ? *)', Scripts: [{ ExecutionHandler: HANA_DOCUMENT }] } }],
};

/** The official CLI without credentials and with AWS out of reach. The validator of templates is on here. */
const synth = (folder: string, ...options: readonly string[]) => {
  const env = { PATH: process.env['PATH'], HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', HTTPS_PROXY: 'http://127.0.0.1:9', CI: 'true' };
  const context = ['-c', `buildFolder=${join(folder, 'build')}`, ...options.flatMap((option) => ['-c', option])];
  const cdk = join(ROOT, 'node_modules/.bin/cdk');
  return spawnSync(cdk, ['synth', '--quiet', '-o', join(folder, 'out'), ...context], { cwd: ROOT, env, encoding: 'utf8' });
};

describe('npx cdk synth', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stillpoint-app-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('builds and synthesizes offline and without credentials, and prints warnings', () => {
    const policies = join(folder, 'policies');
    cpSync(join(ROOT, 'policies'), policies, { recursive: true });
    writeFileSync(join(policies, 'hana.json'), JSON.stringify(HANA));
    const { status, stderr } = synth(folder, `policies=${policies}`);
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(stderr).toContain('WARNING Policy hana, schedule daily: the crash-consistent fallback is on with SAP HANA.');
    const template = templateSchema.parse(JSON.parse(readFileSync(join(folder, 'out', `${STACK_NAME}.template.json`), 'utf8')));
    const types = Object.values(template.Resources).map((resource) => resource.Type);
    expect(types.filter((type) => type === 'AWS::Lambda::Function')).toHaveLength(FUNCTION_NAMES.length);
    expect(types).toEqual(expect.arrayContaining(['AWS::Events::Rule', 'AWS::SSM::Document']));
    const assets = readdirSync(join(folder, 'out')).filter((name) => name.startsWith('asset.'));
    expect(assets).toHaveLength(FUNCTION_NAMES.length);
    for (const asset of assets) {
      expect(existsSync(join(folder, 'out', asset, 'index.mjs'))).toBe(true);
      const policies: unknown = JSON.parse(readFileSync(join(folder, 'out', asset, 'policies.json'), 'utf8'));
      expect(policies).toEqual(
        Object.fromEntries([...EXAMPLES, 'hana'].map((name) => [name, expect.objectContaining({ ResourceTypes: ['INSTANCE'] })])),
      );
    }
  }, 120_000);

  it('refuses a wrong setting before anything is built', () => {
    const { status, stderr } = synth(folder, 'workerConcurrency=1');
    expect(status).not.toBe(0);
    expect(stderr).toContain('workerConcurrency: found 1, allowed: 2 to 1000');
    expect(existsSync(join(folder, 'build'))).toBe(false);
  }, 120_000);
});
