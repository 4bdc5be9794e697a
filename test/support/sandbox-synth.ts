/** The child of sandbox-assembly.ts: builds the app with the policies and settings of a JSON file into a folder. CDK stays out of jest's transforms. */
import { readFileSync } from 'node:fs';
import { buildApp } from '../../sandbox/cli/app';
import type { AppOptions } from './sandbox-assembly';

const [file = '', folder = ''] = process.argv.slice(2);
const { policies, settings }: AppOptions = JSON.parse(readFileSync(file, 'utf8'));
buildApp(new Map(Object.entries(policies)), folder, settings).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
