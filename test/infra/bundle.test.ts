import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFunctions } from '../../lib/bundle/bundle-functions';
import { FUNCTION_NAMES } from '../../lib/bundle/function-names';
import { inlineSchemaKeys } from '../../lib/bundle/literal-schema-keys';

// Inside the repository, so that the handlers find node_modules.
const BUILD = join(import.meta.dirname, '../../build');

/** Uses all that makes a bundle large: the EC2 client's schemas, Powertools, a CommonJS package's `require`. */
const HANDLER = `import { CreateSnapshotsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { Logger } from '@aws-lambda-powertools/logger';
const ec2 = new EC2Client({ region: 'eu-west-1' });
new Logger();
export const handler = async (input: { InstanceId: string }) => ec2.send(new CreateSnapshotsCommand({ InstanceSpecification: input }));
`;

describe('the bundles', () => {
  let folder: string;
  beforeAll(async () => {
    mkdirSync(BUILD, { recursive: true });
    folder = mkdtempSync(join(BUILD, 'test-bundle-'));
    for (const name of FUNCTION_NAMES) {
      mkdirSync(join(folder, 'src', name), { recursive: true });
      writeFileSync(join(folder, 'src', name, 'handler.ts'), HANDLER);
    }
    await bundleFunctions({ sourceFolder: join(folder, 'src'), outputFolder: join(folder, 'out') });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('hold only the operations that are used', () => {
    const { size } = statSync(join(folder, 'out', 'worker', 'index.mjs'));
    expect(size).toBeLessThan(400_000);
    expect(readFileSync(join(folder, 'out', 'worker', 'index.mjs'), 'utf8')).not.toContain('RunInstances');
  });

  it('run by themselves, as ES modules with a handler', () => {
    const script = `import(process.argv[1]).then(({ handler }) => console.log(typeof handler))`;
    const env = { PATH: process.env['PATH'], AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
    expect(
      execFileSync(process.execPath, ['-e', script, join(folder, 'out', 'planner', 'index.mjs')], { cwd: '/', env, encoding: 'utf8' }),
    ).toBe('function\n');
  });

  it('name the handlers that are not there', async () => {
    rmSync(join(folder, 'src', 'rescue'), { recursive: true });
    await expect(bundleFunctions({ sourceFolder: join(folder, 'src'), outputFolder: folder })).rejects.toThrow('for: rescue');
  });
});

describe('the schema keys', () => {
  it('become literals where the file has the constant, and stay where it has not', () => {
    const source = 'const _xN = "xmlName";\nconst a = { [_xN]: 1, [_other]: 2 };';
    expect(inlineSchemaKeys(source)).toBe('const _xN = "xmlName";\nconst a = { "xmlName": 1, [_other]: 2 };');
  });
});
