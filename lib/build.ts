import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { renderDocuments } from '../ssm-documents/render';
import { bundleFunctions } from './bundle/bundle-functions';

const LAMBDA_SOURCES = join(import.meta.dirname, '..', 'lambda');

/**
 * Builds what every deployment ships into `lambda/` and `ssm-documents/` of a folder: the functions' bundles, without policies, and the
 * documents. Returns the paths of all files that are in the bundles.
 */
export const build = async (buildFolder: string): Promise<readonly string[]> => {
  // What is gone from the sources must not stay: the stack takes every document that lies in the folder.
  await rm(join(buildFolder, 'lambda'), { recursive: true, force: true });
  const sources = await bundleFunctions({ sourceFolder: LAMBDA_SOURCES, outputFolder: join(buildFolder, 'lambda') });
  const documentsFolder = join(buildFolder, 'ssm-documents');
  await rm(documentsFolder, { recursive: true, force: true });
  renderDocuments(documentsFolder);
  return sources;
};
