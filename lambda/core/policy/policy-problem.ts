import { type JsonPath, printPath } from './json-path';

/** One thing that is wrong in a policy. */
export interface PolicyProblem {
  readonly kind: 'value' | 'missing' | 'not-built' | 'unknown-key' | 'nested';
  readonly path: JsonPath;
  /** The value as it stands in the file; absent when nothing stands there. */
  readonly found?: unknown;
  /** For a value what is allowed, for a key why it is refused. */
  readonly message: string;
}

const MAX_FOUND = 80;

const printFound = (found: unknown): string => {
  const text = JSON.stringify(found);
  return text.length > MAX_FOUND ? `${text.slice(0, MAX_FOUND)}...` : text;
};

/** `Schedules[0].Name: found 5, allowed: ...`, without the file. */
export const describeProblem = (problem: PolicyProblem): string => {
  const where = problem.path.length === 0 ? '' : `${printPath(problem.path)}: `;
  if (problem.kind === 'value') return `${where}found ${printFound(problem.found)}, allowed: ${problem.message}`;
  if (problem.kind === 'missing') return `${where}missing, allowed: ${problem.message}`;
  if (problem.kind === 'not-built') return `${where}found ${printFound(problem.found)}, refused: ${problem.message}`;
  return `${where}${problem.message}`;
};
