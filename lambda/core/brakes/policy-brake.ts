import type { Conclusion } from '../execution/conclude';
import type { Facts } from '../execution/facts';

/** Why no script of a policy runs at present. */
export interface Pause {
  readonly since: Date;
  readonly reason: string;
  /** The execution whose incident was the last that it took; undefined when a person paused the policy. */
  readonly executionId: string | undefined;
}

/** What is kept of a policy: its incidents since it was last resumed, and whether it is paused. */
export interface PolicyBrake {
  /** Ids of the executions with an incident, each once. */
  readonly incidents: readonly string[];
  readonly pause: Pause | undefined;
}

/** An execution that makes a policy doubtful: a guardian thawed before the post-script did, or nobody can confirm a thaw. */
export const isIncident = ({ attempts }: Facts, { possiblyFrozen }: Conclusion): boolean =>
  possiblyFrozen !== undefined ||
  attempts.some(({ pre, posts }) => [pre, ...posts].some((script) => script?.kind === 'failed' && script.cause === 203));

/**
 * What an execution's incident comes to, once it is counted: nothing yet (or somebody else paused the policy), a pause, or a pause of
 * its own that is told again because its worker may have died before it told.
 */
export const afterIncident = (
  { incidents, pause }: PolicyBrake,
  pauseAfter: number,
  executionId: string,
): 'nothing' | 'pause' | 'tell-again' => {
  if (pause !== undefined) return pause.executionId === executionId ? 'tell-again' : 'nothing';
  return pauseAfter > 0 && incidents.length >= pauseAfter ? 'pause' : 'nothing';
};

/** The reason of a pause that nobody asked for. */
export const incidentsReason = (incidents: number): string =>
  `${incidents} ${incidents === 1 ? 'execution' : 'executions'} with cause 203 or Possibly Frozen since the policy was last resumed`;
