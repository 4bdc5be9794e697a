import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SynthesizeProps } from '../../lib/synthesize';
import type { PolicyFile } from '../scenario/policies';

/**
 * Builds what a deployment consists of, with the scenario's policies: bundles, rendered documents, template. Returns the cloud assembly's folder.
 * CDK is loaded only here: loading it takes longer than the rest of the command line together.
 */
export const buildApp = async (
  policies: ReadonlyMap<string, PolicyFile>,
  folder: string,
  settings: NonNullable<SynthesizeProps['settings']> = {},
): Promise<string> => {
  const policiesFolder = join(folder, 'policies');
  mkdirSync(policiesFolder, { recursive: true });
  for (const [id, policy] of policies) writeFileSync(join(policiesFolder, `${id}.json`), JSON.stringify(policy, null, 2));
  const outdir = join(folder, 'cdk.out');
  process.env['CDK_VALIDATION'] ??= 'false'; // three seconds; the tests of the app run the validator
  const { synthesize } = await import('../../lib/synthesize');
  await synthesize({ policiesFolder, buildFolder: join(folder, 'build'), outdir, settings });
  return outdir;
};
