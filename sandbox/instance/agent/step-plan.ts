import type { DocumentStep, ParameterValues } from './document';
import { substitute } from './substitution';

/** What the agent does with a step. */
export type StepPlan =
  | { readonly kind: 'run'; readonly script: string; readonly timeoutMs: number; readonly folder: string }
  | { readonly kind: 'skip'; readonly message: string }
  | { readonly kind: 'fail'; readonly message: string };

const DEFAULT_TIMEOUT_S = 3_600;
const MAXIMUM_TIMEOUT_S = 172_800;
const MINIMUM_TIMEOUT_S = 5;

/** Seconds; out of range, or not a number, is silently the default. */
export const timeoutSeconds = (input: unknown): number => {
  const seconds = typeof input === 'number' ? input : typeof input === 'string' && /^\d+$/.test(input.trim()) ? Number(input) : Number.NaN;
  return seconds >= MINIMUM_TIMEOUT_S && seconds <= MAXIMUM_TIMEOUT_S ? seconds : DEFAULT_TIMEOUT_S;
};

/** `StringEquals: [platformType, Linux]`, either way round, or two texts with parameters in them. */
const isMet = (precondition: DocumentStep['precondition'], values: ParameterValues): boolean =>
  Object.entries(precondition ?? {}).every(([operator, operands]) => {
    const [left, right] = operands.map((operand) => (operand === 'platformType' ? 'linux' : String(substitute(operand, values))));
    const platform = operands.includes('platformType');
    return operator === 'StringEquals' && (platform ? left?.toLowerCase() === right?.toLowerCase() : left === right);
  });

/** Decides on one step of a document. */
export const planStep = (step: DocumentStep, values: ParameterValues): StepPlan => {
  if (!isMet(step.precondition, values)) {
    return { kind: 'skip', message: `Step execution skipped due to unsatisfied preconditions. Step name: ${step.name}` };
  }
  if (step.action !== 'aws:runShellScript')
    return { kind: 'fail', message: `Plugin with name ${step.action} is not supported in current platform!` };
  const commands = substitute(step.inputs?.['runCommand'], values);
  const lines = Array.isArray(commands) ? commands.map(String) : typeof commands === 'string' ? [commands] : undefined;
  if (lines === undefined) return { kind: 'fail', message: `Step ${step.name} has no runCommand` };
  const folder = substitute(step.inputs?.['workingDirectory'], values);
  return {
    kind: 'run',
    script: `${lines.join('\n')}\n`,
    timeoutMs: timeoutSeconds(substitute(step.inputs?.['timeoutSeconds'], values)) * 1_000,
    folder: typeof folder === 'string' && folder !== '' ? folder : '/',
  };
};
