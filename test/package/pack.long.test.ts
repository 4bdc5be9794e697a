import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { FUNCTION_NAMES } from '../../lib/bundle/function-names';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLE = join(ROOT, 'examples/several-regions');
const DOCS = readFileSync(join(ROOT, 'docs/construct.md'), 'utf8');
const PEERS = ['aws-cdk-lib', 'constructs', '@types'];

const packedSchema = z.tuple([z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) })]);
const templateSchema = z.object({ Resources: z.record(z.string(), z.object({ Type: z.string() })) });
const manifestSchema = z.object({ artifacts: z.record(z.string(), z.object({ type: z.string(), environment: z.optional(z.string()) })) });

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

jest.setTimeout(120_000);

describe('the package, as npm packs it', () => {
  let folder: string;
  let app: string;
  let files: readonly string[];

  /** The example as a user has it: the package unpacked, not linked, and CDK beside it. */
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stillpoint-package-'));
    app = join(folder, 'app');
    const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: ROOT, encoding: 'utf8' });
    const [{ filename, files: list }] = packedSchema.parse(JSON.parse(packed.slice(packed.indexOf('['))));
    files = list.map(({ path }) => path).sort();
    cpSync(EXAMPLE, app, { recursive: true });
    mkdirSync(join(app, 'node_modules/stillpoint'), { recursive: true });
    execFileSync('tar', ['-xzf', join(folder, filename), '-C', join(app, 'node_modules/stillpoint'), '--strip-components=1']);
    for (const peer of PEERS) symlinkSync(join(ROOT, 'node_modules', peer), join(app, 'node_modules', peer));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('holds what docs/construct.md lists, nothing more and nothing less', () => {
    const listed = /npm pack --dry-run` lists:\n```\n([\s\S]*?)```/.exec(DOCS)?.[1]?.trim().split('\n');
    expect([...new Set(files.map((path) => path.replace(/^docs\/.*/, 'docs/...')))]).toEqual(listed);
  });

  test('brings the licences of what is bundled', () => {
    const notices = readFileSync(join(app, 'node_modules/stillpoint/dist/THIRD-PARTY-NOTICES'), 'utf8');
    for (const name of ['zod', 'yaml', '@aws-sdk/client-ec2', 'croner']) expect(notices).toContain(`${name} `);
  });

  test('has types: the example compiles, a prop that does not exist is told', () => {
    const wrong = "import { Stillpoint } from 'stillpoint';\nnew Stillpoint(undefined as never, 'x', { polices: 'policies' });\n";
    writeFileSync(join(app, 'wrong.ts'), wrong);
    const options = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--types', 'node', '--module', 'nodenext'];
    const args = [join(ROOT, 'node_modules/typescript/bin/tsc'), ...options, 'app.ts', 'wrong.ts'];
    const { stdout } = spawnSync(process.execPath, args, { cwd: app, encoding: 'utf8' });
    const errors = stdout.split('\n').filter((line) => line.includes('error TS'));
    expect(errors).toEqual([expect.stringMatching(/^wrong\.ts.*'polices' does not exist in type 'StillpointProps'/)]);
  });

  test('synthesizes the example: a stack for each region and account, with the policies of each', () => {
    execFileSync(process.execPath, ['--import', join(ROOT, 'node_modules/tsx/dist/esm/index.mjs'), 'app.ts'], {
      cwd: app,
      env: { PATH: process.env['PATH'], HOME: folder, CDK_OUTDIR: join(app, 'cdk.out'), CDK_VALIDATION: 'false' },
      stdio: 'pipe',
    });
    const { artifacts } = manifestSchema.parse(readJson(join(app, 'cdk.out/manifest.json')));
    const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
    expect(stacks.map(([name, { environment }]) => [name, environment])).toEqual([
      ['Backups-eu-west-1', 'aws://111122223333/eu-west-1'],
      ['Backups-eu-central-1', 'aws://111122223333/eu-central-1'],
      ['Backups-staging', 'aws://444455556666/eu-west-1'],
    ]);
    const rules = (stack: string): readonly string[] =>
      Object.entries(templateSchema.parse(readJson(join(app, 'cdk.out', `${stack}.template.json`))).Resources).flatMap(
        ([name, { Type }]) => (Type === 'AWS::Events::Rule' && !/Sweep|Lifecycle/.test(name) ? [name] : []),
      );
    expect(rules('Backups-eu-west-1')).toEqual([expect.stringContaining('nightlynightly')]);
    expect(rules('Backups-staging')).toEqual([expect.stringContaining('weeklysunday')]);
    const policies = readdirSync(join(app, 'cdk.out'))
      .filter((name) => name.startsWith('asset.'))
      .map((name) => Object.keys(z.record(z.string(), z.unknown()).parse(readJson(join(app, 'cdk.out', name, 'policies.json')))));
    expect(policies.filter(([name]) => name === 'weekly')).toHaveLength(FUNCTION_NAMES.length);
    expect(policies.filter(([name]) => name === 'nightly')).toHaveLength(FUNCTION_NAMES.length);
  });
});

describe('docs/construct.md', () => {
  test('has a row for each prop, with its default', () => {
    const source = readFileSync(join(ROOT, 'lib/stillpoint.ts'), 'utf8');
    const props = [...source.slice(0, source.indexOf('export class')).matchAll(/readonly (\w+)\??:/g)].map(([, name]) => name);
    const rows = [...DOCS.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(rows).toEqual(props);
  });
});
