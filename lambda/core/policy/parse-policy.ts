import { isObject, printPath } from './json-path';
import { describeProblem, type PolicyProblem } from './policy-problem';
import { ruleProblems } from './policy-rules';
import { type Policy, policySchema } from './policy-schema';
import { tooManyTags } from './policy-tags';
import { schemaProblems } from './schema-problems';
import { vssProblems } from './vss-rules';

export type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

/** Where the content of PolicyDetails stands in a CreateLifecyclePolicy request or in get-lifecycle-policy's output. */
const NESTS = [['PolicyDetails'], ['Policy', 'PolicyDetails'], ['Policy']] as const;

const nestedProblem = (input: unknown): PolicyProblem | undefined => {
  for (const [outer, inner] of NESTS) {
    const around = isObject(input) ? input[outer] : undefined;
    const details = inner === undefined ? around : isObject(around) ? around[inner] : undefined;
    if (details === undefined) continue;
    const path = inner === undefined ? [outer] : [outer, inner];
    const message = `put the content of ${printPath(path)} at the top level of the file, with Description and State beside it`;
    return { kind: 'nested', path, message };
  }
  return undefined;
};

/** A value that breaks two limits with one sentence is told once. */
const distinct = (problems: readonly PolicyProblem[]): readonly PolicyProblem[] => [
  ...new Map(problems.map((problem) => [describeProblem(problem), problem])).values(),
];

/**
 * Read a policy. All that is wrong is told at once. Synth reads the files with it and the functions read their bundle with
 * it, so behind it a policy is what its type says.
 */
export const parsePolicy = (input: unknown): ParsedPolicy => {
  const nested = nestedProblem(input);
  if (nested !== undefined) return { ok: false, problems: [nested] };
  const parsed = policySchema.safeParse(input);
  const problems = [...(parsed.success ? [] : schemaProblems(input, parsed.error.issues)), ...ruleProblems(input), ...vssProblems(input)];
  if (!parsed.success || problems.length > 0) return { ok: false, problems: distinct(problems) };
  const tooMany = tooManyTags(parsed.data);
  return tooMany.length === 0 ? { ok: true, policy: parsed.data } : { ok: false, problems: tooMany };
};
