import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** What each file does that its layer forbids, and what the linter says of it. */
const VIOLATIONS: readonly (readonly [file: string, code: string, told: string])[] = [
  ['lambda/core/sdk.ts', "import '@aws-sdk/client-ec2';", 'lambda/core imports no SDK and no adapter.'],
  ['lambda/core/adapter.ts', "import '../aws/clients';", 'lambda/core imports no SDK and no adapter.'],
  ['lambda/core/files.ts', "import 'node:fs';", "lambda/core is pure: of Node only crypto's hashing."],
  ['lambda/core/commands.ts', "import 'node:child_process';", "lambda/core is pure: of Node only crypto's hashing."],
  ['lambda/core/timers.ts', "import 'node:timers/promises';", "lambda/core is pure: of Node only crypto's hashing."],
  ['lambda/core/process.ts', "export const home = process.env['HOME'];", 'Do not use the global variable process.'],
  ['lambda/core/now.ts', 'export const now = Date.now();', 'lambda/core has no clock: take the time as an argument.'],
  ['lambda/core/date.ts', 'export const now = new Date();', 'lambda/core has no clock: take the time as an argument.'],
  ['lambda/core/timer.ts', 'setTimeout(() => 1, 1);', 'Do not use the global variable setTimeout.'],
  ['lambda/worker/sdk.ts', "import '@aws-sdk/client-ec2';", 'Only lambda/aws imports the SDK and Powertools.'],
  ['lambda/worker/logger.ts', "import '@aws-lambda-powertools/logger';", 'Only lambda/aws imports the SDK and Powertools.'],
  ['lambda/aws/cdk.ts', "import 'aws-cdk-lib';", 'lambda/ never imports the CDK side.'],
  ['lambda/planner/construct.ts', "import 'aws-cdk-lib/aws-events';", 'lambda/ never imports the CDK side.'],
  ['lambda/aws/lib.ts', "import '../../lib/names';", 'lambda/ never imports the CDK side.'],
  ['lambda/aws/sandbox.ts', "import '../../sandbox/ports';", 'Only sandbox/ and test/ import sandbox/.'],
  ['lib/sandbox.ts', "import '../sandbox/ports';", 'Only sandbox/ and test/ import sandbox/.'],
  ['bin/sandbox.ts', "import '../sandbox/ports';", 'Only sandbox/ and test/ import sandbox/.'],
  ['ssm-documents/sandbox.ts', "import '../sandbox/ports';", 'Only sandbox/ and test/ import sandbox/.'],
  ['report/sandbox.ts', "import '../sandbox/ports';", 'Only sandbox/ and test/ import sandbox/.'],
  ['report/page/sdk.ts', "import '@aws-sdk/client-eventbridge';", 'report/ draws from events alone: no SDK, no CDK side.'],
  ['report/adapter.ts', "import '../lambda/aws/clients';", 'report/ draws from events alone: no SDK, no CDK side.'],
  ['report/stack.ts', "import '../lib/names';", 'report/ draws from events alone: no SDK, no CDK side.'],
  ['lambda/core/cycle-a.ts', "import { b } from './cycle-b';\nexport const a = () => b();", 'This import is part of a cycle.'],
  ['lib/any.ts', 'export const wrong = (value: any) => value;', 'Unexpected any. Specify a different type.'],
  ['lib/floating.ts', 'const work = async () => 1;\nwork();', 'A "floating" Promise was found'],
];

const ALLOWED: readonly (readonly [file: string, code: string])[] = [
  ['lambda/core/cycle-b.ts', "import { a } from './cycle-a';\nexport const b = (): number => a();"],
  ['lambda/core/hash.ts', "import 'node:crypto';\nexport const epoch = new Date(0);"],
  ['lambda/aws/sdk.ts', "import '@aws-sdk/client-ec2';\nexport const now = Date.now();"],
  ['lambda/worker/adapter.ts', "import '../aws/sdk';"],
  ['lib/cdk.ts', "import 'aws-cdk-lib';"],
  ['report/schemas.ts', "import '../lambda/core/hash';"],
  ['sandbox/other.ts', "import '@aws-sdk/client-ec2';"],
  ['test/sandbox.ts', "import '../sandbox/other';"],
];

describe('the linter', () => {
  let folder: string;
  let findings: readonly string[];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stillpoint-lint-'));
    for (const config of ['biome.json', 'scripts/lint']) cpSync(join(ROOT, config), join(folder, config), { recursive: true });
    for (const [file, code] of [...VIOLATIONS, ...ALLOWED]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `${code}\n`);
    }
    const biome = join(ROOT, 'node_modules/.bin/biome');
    const options = ['lint', '--vcs-enabled=false', '--reporter=github', '--max-diagnostics=none', '.'];
    findings = spawnSync(biome, options, { cwd: folder, encoding: 'utf8' }).stdout.split('\n');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const findingsIn = (file: string) => findings.filter((line) => line.startsWith('::error') && line.includes(`${file},`));

  it.each(VIOLATIONS)('catches in %s: %s', (file, _code, told) => {
    expect(findingsIn(file).join('\n')).toContain(told);
  });

  it.each(ALLOWED.slice(1))('lets pass in %s: %s', (file) => {
    expect(findingsIn(file)).toEqual([]);
  });
});
