import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { regionOf } from '../lambda/core/lifecycle/copies/copy-rules';
import { type PolicyFile, PolicyFilesError } from './read-policies';

/**
 * Copy rules that name the stack's own region, where that is known at synth time; else the lifecycle function refuses them, and its dead letters'
 * alarm tells. Throws a {@link PolicyFilesError}.
 */
export const checkCopyRegions = (scope: Construct, policies: readonly PolicyFile[]): void => {
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region)) return;
  const problems = policies.flatMap(({ id, policy }) =>
    policy.Schedules.filter(({ CrossRegionCopyRules = [] }) => CrossRegionCopyRules.some((rule) => regionOf(rule) === region)).map(
      ({ Name }) => `policy ${id}, schedule ${Name}: CrossRegionCopyRules: found the stack's region ${region}, allowed: another one`,
    ),
  );
  if (problems.length > 0) throw new PolicyFilesError(problems);
};
