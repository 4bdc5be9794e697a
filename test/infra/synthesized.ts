import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { FUNCTION_NAMES } from '../../lib/bundle/function-names';
import type { PolicyFile } from '../../lib/read-policies';
import { Stillpoint, type StillpointProps } from '../../lib/stillpoint';
import { EXAMPLE_POLICIES } from './example-policies';

// The validator of templates takes 2.5 s a stack: app.test.ts keeps it on.
process.env['CDK_VALIDATION'] ??= 'false';

const DOCUMENT = `schemaVersion: '2.2'
description: a stand-in
mainSteps:
  - action: aws:runShellScript
    name: run
    inputs: { runCommand: ['true'] }
`;

/** What a build leaves, with stand-ins for the bundles: the template depends on their presence alone. */
const makeBuildFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-infra-'));
  for (const name of FUNCTION_NAMES) {
    mkdirSync(join(folder, 'lambda', name), { recursive: true });
    writeFileSync(join(folder, 'lambda', name, 'index.mjs'), `export const handler = async () => '${name}';\n`);
  }
  mkdirSync(join(folder, 'ssm-documents'));
  writeFileSync(join(folder, 'ssm-documents', 'stillpoint-template.yaml'), DOCUMENT);
  return folder;
};

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

type ExampleProps = Omit<StillpointProps, 'policies' | 'buildFolder'> & { readonly policies?: readonly PolicyFile[] };

/** The stack of these policies, not yet synthesized. */
export const exampleStack = ({ policies = EXAMPLE_POLICIES, ...props }: ExampleProps = {}): Stack => {
  const buildFolder = makeBuildFolder();
  folders.push(buildFolder);
  const stack = new Stack(new App({ context: { '@aws-cdk/aws-iam:minimizePolicies': true } }), 'Test');
  new Stillpoint(stack, 'Stillpoint', {
    ...props,
    policies: Object.fromEntries(policies.map(({ id, policy }) => [id, policy])),
    buildFolder,
  });
  return stack;
};

/** The template of the stack of these policies. */
export const exampleTemplate = (props: ExampleProps = {}): Template => Template.fromStack(exampleStack(props));
