import { type BrakesSeen, heldBy, pausedBy, resumeCommand } from '../brakes/seen';
import { isVss } from '../execution-message';
import { isHana } from '../policy/execution-handler';
import { HANA_FALLBACK } from '../policy/hana-fallback';
import type { Tag } from '../policy/policy-schema';
import type { PreflightFacts } from './facts';
import { type Finding, failed, ok, warning } from './finding';

/** What the policy itself asks for: only PRE and POST together can be proven. */
export const policyFindings = ({ policyId, policy, plan, brakes, state, instance }: PreflightFacts): readonly Finding[] => {
  const bare = policy.Schedules.filter(({ CreateRule }) => (CreateRule.Scripts ?? []).length === 0).map(({ Name }) => Name);
  return [
    ...(policy.State === 'DISABLED' ? [warning('policy', 'disabled: nothing is planned', 'Set State to ENABLED, and deploy.')] : []),
    ...(plan !== undefined && bare.length > 0
      ? [warning('policy', `no script in schedule ${bare.join(', ')}: its own sets are crash-consistent`, 'Give it the script, too.')]
      : []),
    ...fallbackFindings(plan),
    ...stateFindings(state),
    ...brakeFindings(policyId, brakes),
    ...canaryFindings(policy.Stillpoint?.CanaryTag, instance),
    scripts(plan),
  ];
};

/** As at synth time, where it is a warning, too. */
const fallbackFindings = (plan: PreflightFacts['plan']): readonly Finding[] =>
  plan !== undefined && !isVss(plan) && isHana(plan.executionHandler) && plan.stages.includes('pre') && plan.executeOperationOnScriptFailure
    ? [warning('policy', 'the crash-consistent fallback is on with SAP HANA', HANA_FALLBACK)]
    : [];

/** Told, and no brake: an execution of now may well pass what an earlier one met. */
const stateFindings = (state: PreflightFacts['state']): readonly Finding[] =>
  state?.state === 'ERROR'
    ? [
        warning(
          'policy',
          `in ERROR since ${state.since.toISOString()}: ${state.fault.cause}`,
          `It ends with the first execution that passes it: docs/runbook.md, Policy fault ${state.fault.kind}.`,
        ),
      ]
    : [];

/** A brake that is on now. Slots of other executions are no matter: an execution waits for one. */
const brakeFindings = (policyId: string, brakes: BrakesSeen): readonly Finding[] => {
  const held = heldBy(brakes);
  const paused = pausedBy(brakes, policyId);
  return [
    ...(held === undefined
      ? []
      : [failed('policy', `held by a brake, ${held.brake}: ${held.detail}`, `docs/brakes.md; ${resumeCommand()}`)]),
    ...(paused === undefined ? [] : [failed('policy', paused, 'Look at what paused it first: docs/brakes.md.')]),
  ];
};

const canaryFindings = (tag: Tag | undefined, instance: PreflightFacts['instance']): readonly Finding[] =>
  tag === undefined || instance === undefined || instance.tags.get(tag.Key) === tag.Value
    ? []
    : [
        warning(
          'policy',
          `left out: no canary tag ${tag.Key} = ${tag.Value}`,
          'Take CanaryTag out of the policy once the canaries do well.',
        ),
      ];

const scripts = (plan: PreflightFacts['plan']): Finding => {
  if (plan === undefined) return failed('policy', 'no schedule has a script: sets are crash-consistent', 'Give a schedule a script.');
  if (isVss(plan)) return ok('policy', `VSS by ${plan.document}: its sets are \`reported\`, by VSS's own word`);
  const { stages } = plan;
  if (stages.length < 2)
    return failed('policy', `its stages are ${stages.join(', ').toUpperCase()} alone`, 'Only PRE and POST together can be proven.');
  return ok('policy', `PRE and POST by ${plan.executionHandler}`);
};
