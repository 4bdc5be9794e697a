import { build } from '../lib/build';
import { BUILD_FOLDER } from '../lib/build-folder';

/** `npm run build`: the functions' bundles and the rendered documents, in build/. */
const main = async (): Promise<void> => {
  await build(BUILD_FOLDER);
  console.log('built the functions and the documents, in build/');
};

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
