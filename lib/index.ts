/** The package's face: `import { Stillpoint } from 'stillpoint'` in a CDK app. */
export type { PolicySource } from './policy-source';
export { Stillpoint, type StillpointProps } from './stillpoint';
