import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build as bundle } from 'esbuild';
import { build } from '../lib/build';
import { BUILD_FOLDER } from '../lib/build-folder';
import { noticesOf } from '../lib/bundle/notices';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const TYPES = join(BUILD_FOLDER, 'types');

/** The construct with all that it needs except CDK itself. CommonJS: an app of either kind can load it. */
const bundleConstruct = async (): Promise<readonly string[]> => {
  const { metafile } = await bundle({
    entryPoints: [join(ROOT, 'lib/index.ts')],
    outfile: join(DIST, 'index.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['aws-cdk-lib', 'constructs'],
    define: { 'import.meta.dirname': '__dirname' },
    logLevel: 'warning',
    metafile: true,
  });
  return Object.keys(metafile.inputs);
};

/** A declaration and those that it needs: the construct's face, not its insides. */
const copyTypes = (name: string): void => {
  const from = join(TYPES, 'lib', name);
  copyFileSync(from, join(DIST, name));
  for (const [, needed] of readFileSync(from, 'utf8').matchAll(/from '\.\/([\w-]+)'/g)) copyTypes(`${needed}.d.ts`);
};

/** `npm pack` runs this first: dist/ with the construct and its types, build/ with what it deploys. */
const main = async (): Promise<void> => {
  rmSync(DIST, { recursive: true, force: true });
  mkdirSync(DIST);
  const sources = [...(await build(BUILD_FOLDER)), ...(await bundleConstruct())];
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(ROOT, 'tsconfig.package.json')], {
    stdio: 'inherit',
  });
  copyTypes('index.d.ts');
  writeFileSync(join(DIST, 'package.json'), '{ "type": "commonjs" }\n');
  writeFileSync(join(DIST, 'THIRD-PARTY-NOTICES'), noticesOf(sources));
  console.log(`wrote the package's ${relative(ROOT, DIST)}/`);
};

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
