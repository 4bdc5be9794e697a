/** A String parameter of an SSM document. */
export interface Parameter {
  readonly type: 'String';
  readonly description: string;
  readonly default: string;
  readonly allowedPattern?: string;
  readonly allowedValues?: readonly string[];
}

// Paths, with commas between.
const PATHS = '^(|/[A-Za-z0-9._/@:+= -]*(,/[A-Za-z0-9._/@:+= -]*)*)$';

const UUID = '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';

/**
 * What every document takes: DLM's contract (the first two), what the worker passes beside it, and what the runtime reads.
 * Patterns are anchored, because the agent's own check is not.
 */
export const CONTRACT_PARAMETERS: Readonly<Record<string, Parameter>> = {
  executionId: {
    type: 'String',
    description: 'The attempt; the same for its pre-script and its post-script.',
    default: 'None',
    allowedPattern: `^(None|${UUID})$`,
  },
  command: {
    type: 'String',
    description: 'What to do; dry-run only tells what would be frozen.',
    default: 'dry-run',
    allowedValues: ['pre-script', 'post-script', 'dry-run'],
  },
  outcome: {
    type: 'String',
    description: 'post-script: whether the snapshots were created.',
    default: 'unknown',
    allowedValues: ['created', 'failed', 'unknown'],
  },
  deadline: {
    type: 'String',
    description: 'pre-script: not to be begun after this time, in epoch seconds.',
    default: '',
    allowedPattern: '^[0-9]{0,12}$',
  },
  autoThawSeconds: {
    type: 'String',
    description: 'The guardian ends the freeze by itself after so many seconds, 1 to 600.',
    default: '30',
    allowedPattern: '^[1-9][0-9]{0,2}$',
  },
  includePaths: {
    type: 'String',
    description: 'Paths, with commas between, that belong to the application too; without an application, all that is frozen.',
    default: '',
    allowedPattern: PATHS,
  },
  excludePaths: {
    type: 'String',
    description: 'Mount points, with commas between, that are left alone.',
    default: '',
    allowedPattern: PATHS,
  },
};

/** The shell variable that holds a parameter: `executionId` is in PARAM_EXECUTION_ID. */
export const variableOf = (parameter: string): string => `PARAM_${parameter.replace(/[A-Z]/g, '_$&').toUpperCase()}`;

/**
 * The script's first lines. A parameter is put into the text as it is, so between single quotes, where only a quote has a
 * meaning; {@link checkParameter} sees to it that no value can hold one.
 */
export const assignments = (parameters: Readonly<Record<string, Parameter>>): string =>
  Object.keys(parameters)
    .map((name) => `${variableOf(name)}='{{ ${name} }}'`)
    .join('\n');

// Beside the quote: what the agent's own replacing treats specially ($), and braces that would begin another parameter.
const UNSAFE = ["'", '$', '{', '}', '`', '\\', '"', '\n'];

/** Throws on a parameter whose values could leave their quotes, or which the agent would not take. */
export const checkParameter = (name: string, parameter: Parameter): void => {
  if (!/^[a-z][A-Za-z0-9]*$/.test(name))
    throw new Error(`parameter ${name}: only letters and digits (the agent ignores names with an underscore)`);
  const { allowedPattern: pattern, allowedValues: values } = parameter;
  if (values === undefined && pattern === undefined) throw new Error(`parameter ${name}: needs allowedPattern or allowedValues`);
  const takes = (value: string): boolean => values?.includes(value) ?? new RegExp(pattern ?? '').test(value);
  if (!takes(parameter.default)) throw new Error(`parameter ${name}: its own default is not allowed`);
  if (values !== undefined) checkValues(name, values);
  if (pattern !== undefined) checkPattern(name, pattern, takes);
};

const checkValues = (name: string, values: readonly string[]): void => {
  if (values.some((value) => UNSAFE.some((unsafe) => value.includes(unsafe))))
    throw new Error(`parameter ${name}: a value is not safe in a script`);
};

const checkPattern = (name: string, pattern: string, takes: (value: string) => boolean): void => {
  if (!/^\^.*\$$/.test(pattern)) throw new Error(`parameter ${name}: allowedPattern is not anchored`);
  const samples = ['', '/', 'a', '1', '/a', 'a,'].flatMap((start) =>
    UNSAFE.flatMap((unsafe) => [unsafe, start + unsafe, start + unsafe + start]),
  );
  const bad = samples.find(takes);
  if (bad !== undefined) throw new Error(`parameter ${name}: allowedPattern takes ${JSON.stringify(bad)}, which is not safe in a script`);
};
