import { join } from 'node:path';

/** Where the build is: beside the sources in the repository, beside the code in the package. */
export const BUILD_FOLDER = join(import.meta.dirname, '..', 'build');
