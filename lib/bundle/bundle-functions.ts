import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { FUNCTION_NAMES, type FunctionName } from './function-names';
import { literalSchemaKeys } from './literal-schema-keys';

/** What to bundle and where to. */
export interface BundleProps {
  /** Folder that holds `NAME/handler.ts` for every function. */
  readonly sourceFolder: string;
  /** Receives `NAME/index.mjs`. */
  readonly outputFolder: string;
}

/** Packages inside the bundle that are CommonJS call `require`, which an ES module lacks. */
const REQUIRE_BANNER = "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

const bundleFunction = async (name: FunctionName, props: BundleProps): Promise<readonly string[]> => {
  const folder = join(props.outputFolder, name);
  await mkdir(folder, { recursive: true });
  const { metafile } = await build({
    entryPoints: [join(props.sourceFolder, name, 'handler.ts')],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    // The functions run on Node 24; the sandbox runs the same bundles on the oldest Node that the repository supports.
    target: 'node20',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE_BANNER },
    plugins: [literalSchemaKeys],
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  });
  return Object.keys(metafile.inputs);
};

/** Bundles every function with its dependencies. Returns the paths of all files that are in them, for their licences. */
export const bundleFunctions = async (props: BundleProps): Promise<readonly string[]> => {
  const absent = FUNCTION_NAMES.filter((name) => !existsSync(join(props.sourceFolder, name, 'handler.ts')));
  if (absent.length > 0) throw new Error(`no handler.ts in ${props.sourceFolder} for: ${absent.join(', ')}`);
  return (await Promise.all(FUNCTION_NAMES.map((name) => bundleFunction(name, props)))).flat();
};
