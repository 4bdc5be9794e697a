import { resumeCommand } from '../../lambda/core/brakes/seen';
import { isHeld } from '../../lambda/core/brakes/slots';
import type { BrakesState } from './brakes-control';

/** What `status --json` prints. Slots that have expired are left out. */
export const statusOf = ({ stop, policies, states, slots }: BrakesState, now: Date) => ({
  stopSwitch: stop === undefined ? null : { since: stop.since.toISOString(), reason: stop.reason },
  policies: [...policies].map(([policyId, { incidents, pause }]) => ({
    policyId,
    paused: pause === undefined ? null : { since: pause.since.toISOString(), reason: pause.reason, executionId: pause.executionId ?? '' },
    incidents,
  })),
  /** Of policies that were ever in ERROR. No brake: their executions run. */
  states: [...states].map(([policyId, { state, since, fault, due, by }]) => ({
    ...{ policyId, state, since: since.toISOString(), fault: fault.kind, executionHandler: fault.handler },
    ...{ cause: state === 'ERROR' ? fault.cause : '', due: due.toISOString(), executionId: by },
  })),
  freezes: slots
    .filter(({ slot }) => isHeld(slot, now))
    .map(({ scope, slot }) => ({
      limit: scope === 'account' ? 'account' : `policy ${scope.policyId}`,
      executionId: slot.executionId,
      expires: slot.expires.toISOString(),
    })),
});
export type BrakesStatus = ReturnType<typeof statusOf>;

const section = (title: string, lines: readonly string[]): readonly string[] => [
  `${title}${lines.length === 0 ? ' none' : ''}`,
  ...lines.map((line) => `  ${line}`),
];

/** The same for people, with the command that lifts each brake. */
export const statusText = ({ stopSwitch, policies, states, freezes }: BrakesStatus): string => {
  const paused = policies.flatMap(({ policyId, paused: pause }) =>
    pause === null ? [] : [`${policyId}  since ${pause.since}: ${pause.reason}; to go on: ${resumeCommand(policyId)}`],
  );
  const incidents = policies.flatMap(({ policyId, incidents: ids }) => ids.map((id) => `${policyId}  ${id}`));
  const errors = states.flatMap(({ policyId, state, since, fault, cause }) =>
    state === 'ERROR' ? [`${policyId}  since ${since}, ${fault}: ${cause}`] : [],
  );
  return [
    stopSwitch === null
      ? 'Stop switch: off'
      : `Stop switch: SET since ${stopSwitch.since}: ${stopSwitch.reason}; to go on: ${resumeCommand()}`,
    ...section('Paused policies:', paused),
    ...section('Policies in ERROR (they run; docs/runbook.md, Policy faults):', errors),
    ...section('Incidents counted (cause 203, Possibly Frozen):', incidents),
    ...section(
      'Freeze slots taken:',
      freezes.map(({ limit, executionId, expires }) => `${limit}  ${executionId}, at most until ${expires}`),
    ),
  ].join('\n');
};
