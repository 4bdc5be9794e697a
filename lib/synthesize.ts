import { App, Stack } from 'aws-cdk-lib';
import { build } from './build';
import { Stillpoint, type StillpointProps } from './stillpoint';

/** Name of the app's one stack. */
export const STACK_NAME = 'Stillpoint';

/** Adds the app's one stack. */
export const addStack = (app: App, props: StillpointProps): void => {
  const stack = new Stack(app, STACK_NAME, { description: 'Stillpoint: application-consistent EBS snapshots for tagged EC2 instances' });
  new Stillpoint(stack, 'Stillpoint', props);
};

/** Props of {@link synthesize}. */
export interface SynthesizeProps {
  /** Folder of policies, `NAME.json` each. */
  readonly policiesFolder: string;
  /** Receives the bundles and the documents. */
  readonly buildFolder: string;
  /** Receives the assembly: `STACK.template.json` and the assets. */
  readonly outdir: string;
  /** Settings of the construct, where they are not the defaults. */
  readonly settings?: Pick<StillpointProps, 'maximumFreezes' | 'volumeKeys'>;
}

/** Builds the app of a folder of policies and synthesizes it, without the CDK CLI. Returns the path of the template. */
export const synthesize = async ({ policiesFolder, buildFolder, outdir, settings }: SynthesizeProps): Promise<string> => {
  await build(buildFolder);
  const app = new App({ outdir, analyticsReporting: false });
  addStack(app, { policies: policiesFolder, buildFolder, ...settings });
  return app.synth().getStackByName(STACK_NAME).templateFullPath;
};
