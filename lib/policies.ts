import { parsePolicy } from '../lambda/core/policy/parse-policy';
import { describeProblem } from '../lambda/core/policy/policy-problem';
import type { PolicySource } from './policy-source';
import { POLICY_ID, type PolicyFile, PolicyFilesError, readPolicies } from './read-policies';

const nameProblems = (id: string): readonly string[] =>
  POLICY_ID.test(id) ? [] : [`policies: found the name ${JSON.stringify(id)}, allowed: 1 to 40 letters, digits, _ and -`];

const read = (id: string, value: object) => {
  const parsed = parsePolicy(value);
  const problems = parsed.ok ? [] : parsed.problems.map((problem) => `policies.${id}: ${describeProblem(problem)}`);
  return { files: parsed.ok ? [{ id, policy: parsed.policy }] : [], problems: [...nameProblems(id), ...problems] };
};

/** The policies of a source, by their ids. Throws a {@link PolicyFilesError} with everything that is wrong in any of them. */
export const policiesOf = (source: PolicySource): readonly PolicyFile[] => {
  if (typeof source === 'string') return readPolicies(source);
  const parsed = Object.entries(source).map(([id, value]) => read(id, value));
  const problems = parsed.flatMap((one) => one.problems);
  if (problems.length > 0) throw new PolicyFilesError(problems);
  return parsed.flatMap((one) => one.files);
};
