import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../core/policy/json-path';
import { parsePolicy } from '../core/policy/parse-policy';
import { describeProblem } from '../core/policy/policy-problem';
import type { Policy } from '../core/policy/policy-schema';

const policyOf = (id: string, value: unknown): Policy => {
  const parsed = parsePolicy(value);
  if (parsed.ok) return parsed.policy;
  throw new Error(`policy ${id} of the bundle: ${parsed.problems.map(describeProblem).join('; ')}`);
};

/** The policies that were deployed with the function, by id, from `policies.json` beside the bundle. Read once a process. */
export const loadPolicies = (folder = process.env['LAMBDA_TASK_ROOT'] ?? '.'): ReadonlyMap<string, Policy> => {
  const file: unknown = JSON.parse(readFileSync(join(folder, 'policies.json'), 'utf8'));
  if (!isObject(file)) throw new Error('policies.json is not an object of policies');
  return new Map(Object.entries(file).map(([id, value]) => [id, policyOf(id, value)]));
};
