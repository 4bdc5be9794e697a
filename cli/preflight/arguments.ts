import { parseArgs } from 'node:util';

export interface PreflightRun {
  readonly kind: 'run';
  readonly policyId: string;
  /** Undefined: all targets. */
  readonly instanceId: string | undefined;
  readonly json: boolean;
}

export type PreflightArguments = PreflightRun | { readonly kind: 'help' } | { readonly kind: 'wrong'; readonly message: string };

const OPTIONS = {
  policy: { type: 'string' },
  instance: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const INSTANCE_ID = /^i-([0-9a-f]{8}|[0-9a-f]{17})$/;

const wrong = (message: string): PreflightArguments => ({ kind: 'wrong', message });

/** Reads the command line of `npm run preflight`. Anything that is not understood is told, never ignored. */
export const parsePreflightArguments = (args: readonly string[]): PreflightArguments => {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: true });
    if (values.help) return { kind: 'help' };
    const { policy, instance, json } = values;
    if (policy === undefined || policy === '') return wrong('--policy NAME is missing');
    if (instance !== undefined && !INSTANCE_ID.test(instance))
      return wrong(`--instance: found ${instance}, allowed the id of an EC2 instance`);
    return { kind: 'run', policyId: policy, instanceId: instance, json };
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
};
