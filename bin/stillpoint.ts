import { App } from 'aws-cdk-lib';
import { build } from '../lib/build';
import { readSettings } from '../lib/settings';
import { addStack } from '../lib/synthesize';

/** The CDK app, run by `npx cdk`: builds what it ships, so that no deployment carries a stale bundle. */
const main = async (): Promise<void> => {
  const app = new App();
  const settings = readSettings(app.node);
  await build(settings.buildFolder);
  addStack(app, settings);
  app.synth();
};

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
