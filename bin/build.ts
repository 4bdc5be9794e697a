import { resolve } from 'node:path';
import { build } from '../lib/build';

/** `npm run build`: the functions' bundles and the rendered documents, in build/. An argument names another folder of policies. */
const main = async (): Promise<void> => {
  await build({ policiesFolder: resolve(process.argv[2] ?? 'policies'), buildFolder: resolve('build') });
  console.log('built the functions with their policies, and the documents, in build/');
};

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
