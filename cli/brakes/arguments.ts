import { parseArgs } from 'node:util';

export type BrakesCommand =
  | { readonly do: 'status'; readonly json: boolean }
  | { readonly do: 'stop'; readonly reason: string }
  | { readonly do: 'resume' }
  | { readonly do: 'pause-policy'; readonly policyId: string; readonly reason: string }
  | { readonly do: 'resume-policy'; readonly policyId: string };

export type BrakesArguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string }
  | { readonly kind: 'run'; readonly command: BrakesCommand; readonly policiesFolder: string };

const OPTIONS = {
  reason: { type: 'string' },
  policies: { type: 'string', default: 'policies' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const COMMANDS = 'status, stop, resume, pause POLICY, resume POLICY';
const wrong = (message: string): BrakesArguments => ({ kind: 'wrong', message });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Reads the command line of `npm run brakes`. Anything that is not understood is told, never ignored. */
export const parseBrakesArguments = (args: readonly string[]): BrakesArguments => {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });
    if (values.help) return { kind: 'help' };
    const command = commandOf(positionals, values.reason, values.json);
    return typeof command === 'string' ? wrong(command) : { kind: 'run', command, policiesFolder: values.policies };
  } catch (error) {
    return wrong(messageOf(error));
  }
};

/** The command, or what is wrong with it. */
const commandOf = (words: readonly string[], given: string | undefined, json: boolean): BrakesCommand | string => {
  const [verb, policyId, ...rest] = words;
  if (verb === undefined) return `no command; there are: ${COMMANDS}`;
  if (rest.length > 0) return `too many words: ${rest.join(' ')}`;
  if (json && verb !== 'status') return '--json is for status';
  if (given !== undefined && verb !== 'stop' && verb !== 'pause') return '--reason is for stop and pause';
  const reason = given ?? 'no reason given';
  switch (verb) {
    case 'status':
    case 'stop':
      if (policyId !== undefined) return `${verb} takes no policy: found ${policyId}`;
      return verb === 'status' ? { do: verb, json } : { do: verb, reason };
    case 'pause':
      return policyId === undefined ? 'pause needs a policy; to hold everything: stop' : { do: 'pause-policy', policyId, reason };
    case 'resume':
      return policyId === undefined ? { do: 'resume' } : { do: 'resume-policy', policyId };
    default:
      return `unknown command ${verb}; there are: ${COMMANDS}`;
  }
};
