import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { PolicyFile } from '../read-policies';

/** The code of a function and the policies that it is deployed with. */
export interface FunctionBundle {
  /** Folder that holds the function's `index.mjs`. */
  readonly folder: string;
  readonly policies: readonly PolicyFile[];
}

const MODULE = 'index.mjs';

/**
 * The function's asset: its module, and the policies beside it, since a deployment is the only way that a policy changes. They are put
 * together inside the cloud assembly's folder: CDK's own bundling would write a line about each to the terminal.
 */
export const functionCode = (scope: Construct, { folder, policies }: FunctionBundle): Code => {
  const module = join(folder, MODULE);
  const policiesJson = JSON.stringify(Object.fromEntries(policies.map(({ id, policy }) => [id, policy])));
  const hash = createHash('sha256').update(readFileSync(module)).update(policiesJson).digest('hex').slice(0, 16);
  const together = join(Stage.of(scope)?.outdir ?? '.', `stillpoint-${hash}`);
  mkdirSync(together, { recursive: true });
  copyFileSync(module, join(together, MODULE));
  writeFileSync(join(together, 'policies.json'), policiesJson);
  return Code.fromAsset(together);
};
