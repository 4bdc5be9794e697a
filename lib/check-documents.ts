import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { regionProblem } from '../lambda/core/policy/execution-handler';
import { HANA_FALLBACK, hanaFallbacks } from '../lambda/core/policy/hana-fallback';
import { type PolicyFile, PolicyFilesError } from './read-policies';

/** ARNs of another region than the stack's, where that is known at synth time; else the worker refuses them. */
const refuseOtherRegions = (scope: Construct, policies: readonly PolicyFile[]): void => {
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region)) return;
  const problems = policies.flatMap(({ id, policy }) =>
    policy.Schedules.flatMap(({ Name, CreateRule }) =>
      (CreateRule.Scripts ?? []).flatMap(({ ExecutionHandler }) => {
        const problem = regionProblem(ExecutionHandler, region);
        return problem === undefined ? [] : [`policy ${id}, schedule ${Name}: ${problem}`];
      }),
    ),
  );
  if (problems.length > 0) throw new PolicyFilesError(problems);
};

/** What of the policies' documents only a stack can tell, and what is allowed but worth a warning. Throws a {@link PolicyFilesError}. */
export const checkDocuments = (scope: Construct, policies: readonly PolicyFile[]): void => {
  refuseOtherRegions(scope, policies);
  for (const { id, policy } of policies) {
    const names = hanaFallbacks(policy);
    if (names.length === 0) continue;
    const message = `Policy ${id}, schedule ${names.join(', ')}: the crash-consistent fallback is on with SAP HANA. ${HANA_FALLBACK}`;
    Annotations.of(scope).addWarningV2(`stillpoint:hana-fallback-${id}`, message);
  }
};
