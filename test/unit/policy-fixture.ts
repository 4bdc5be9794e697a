import { parsePolicy } from '../../lambda/core/policy/parse-policy';
import { describeProblem } from '../../lambda/core/policy/policy-problem';
import type { Policy } from '../../lambda/core/policy/policy-schema';

type Json = Readonly<Record<string, unknown>>;

export const script = (over: Json = {}): Json => ({ ExecutionHandler: 'stillpoint-filesystem', ...over });

export const schedule = (createRule: Json = {}, over: Json = {}): Json => ({
  Name: 'Nightly',
  CreateRule: { CronExpression: 'cron(0 3 * * ? *)', ...createRule },
  ...over,
});

/** The least that is a policy, as a file holds it. */
export const policyJson = (over: Json = {}): Json => ({
  ResourceTypes: ['INSTANCE'],
  TargetTags: [{ Key: 'Backup', Value: 'nightly' }],
  Schedules: [schedule()],
  ...over,
});

/** A policy that must be right. */
export const policy = (over: Json = {}): Policy => {
  const parsed = parsePolicy(policyJson(over));
  if (parsed.ok) return parsed.policy;
  throw new Error(parsed.problems.map(describeProblem).join('\n'));
};

/** What is wrong with a file's content, as it is printed. */
export const problemsOf = (input: unknown): readonly string[] => {
  const parsed = parsePolicy(input);
  return parsed.ok ? [] : parsed.problems.map(describeProblem);
};
