import { App } from 'aws-cdk-lib';
import { build } from '../lib/build';
import { readSettings } from '../lib/settings';
import { StillpointStack } from '../lib/stillpoint-stack';
import { STACK_NAME } from '../lib/synthesize';

/** The CDK app, run by `npx cdk`: builds what it ships, so that no deployment carries a stale bundle. */
const main = async (): Promise<void> => {
  const app = new App();
  const settings = readSettings(app.node);
  const policies = await build(settings.build);
  new StillpointStack(app, STACK_NAME, { policies, buildFolder: settings.build.buildFolder, ...settings.stack });
  app.synth();
};

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
