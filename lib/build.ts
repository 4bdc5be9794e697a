import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { renderDocuments } from '../ssm-documents/render';
import { bundleFunctions } from './bundle/bundle-functions';
import { type PolicyFile, readPolicies } from './read-policies';

/** What to build, and where to. */
export interface BuildProps {
  /** Folder of policies, `NAME.json` each. */
  readonly policiesFolder: string;
  /** Receives `lambda/` and `ssm-documents/`. */
  readonly buildFolder: string;
}

const LAMBDA_SOURCES = join(import.meta.dirname, '..', 'lambda');

/** Builds all that a deployment ships: the functions' bundles with the policies inside, and the documents. Returns the policies. */
export const build = async ({ policiesFolder, buildFolder }: BuildProps): Promise<readonly PolicyFile[]> => {
  const policies = readPolicies(policiesFolder);
  await bundleFunctions({
    sourceFolder: LAMBDA_SOURCES,
    outputFolder: join(buildFolder, 'lambda'),
    policies: Object.fromEntries(policies.map(({ id, policy }) => [id, policy])),
  });
  // A document that is gone from the sources must not stay: the stack takes whatever lies in the folder.
  const documentsFolder = join(buildFolder, 'ssm-documents');
  await rm(documentsFolder, { recursive: true, force: true });
  await renderDocuments(documentsFolder);
  return policies;
};
