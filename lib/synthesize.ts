import { App } from 'aws-cdk-lib';
import { type BuildProps, build } from './build';
import { StillpointStack } from './stillpoint-stack';

/** Props of {@link synthesize}. */
export interface SynthesizeProps extends BuildProps {
  /** Receives the assembly: `STACK.template.json` and the assets. */
  readonly outdir: string;
}

/** Name of the app's one stack. */
export const STACK_NAME = 'Stillpoint';

/** Builds the app of a folder of policies and synthesizes it, without the CDK CLI. Returns the path of the template. */
export const synthesize = async ({ outdir, ...props }: SynthesizeProps): Promise<string> => {
  const policies = await build(props);
  const app = new App({ outdir, analyticsReporting: false });
  new StillpointStack(app, STACK_NAME, { policies, buildFolder: props.buildFolder });
  return app.synth().getStackByName(STACK_NAME).templateFullPath;
};
