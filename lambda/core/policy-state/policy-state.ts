/**
 * What a policy's fault shows in: a document that can't be used; SendCommand or CreateSnapshots refused for missing rights; another
 * call of the worker's; planning. A closed list: docs/runbook.md has an entry for each.
 */
export const FAULT_KINDS = ['document', 'send-command', 'create-snapshots', 'call', 'plan'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Something that is amiss with the policy and not with one of its targets. */
export interface Fault {
  readonly kind: FaultKind;
  /** The ExecutionHandler concerned; "" where it is no matter. */
  readonly handler: string;
  /** In a sentence, or as AWS said it. */
  readonly cause: string;
}

/** DLM's state of a policy, as far as it changes by itself. A policy of which nothing is kept has never been in ERROR. */
export interface PolicyState {
  readonly state: 'ENABLED' | 'ERROR';
  readonly since: Date;
  /** The latest fault; in ENABLED the one that is over. */
  readonly fault: Fault;
  /** The due minute of the latest run that met it, or that ended it. */
  readonly due: Date;
  /** The execution that changed the state, or the run that could not be planned. */
  readonly by: string;
  /** Counts the writes, so that of two at once one is refused. */
  readonly version: number;
}

/** What an execution, or a planner, saw of its policy. */
export interface Sighting {
  readonly due: Date;
  readonly by: string;
  readonly at: Date;
  readonly fault: Fault | undefined;
  /** It came past what this fault was met in. */
  readonly passed: (fault: Fault) => boolean;
  /** A change of its own is told again: an earlier worker of the same execution may have died before it told. */
  readonly repeats: boolean;
}

/** What to do about a policy's state: write it, tell it, or both. */
export interface StateChange {
  readonly state: PolicyState;
  readonly write: boolean;
  readonly tell: boolean;
}

const changed = (current: PolicyState | undefined, seen: Sighting, state: PolicyState['state'], fault: Fault): StateChange => ({
  state: { state, since: seen.at, fault, due: seen.due, by: seen.by, version: (current?.version ?? 0) + 1 },
  write: true,
  tell: true,
});

/**
 * A policy is in ERROR from the first fault until an execution of a later run passes what was met. Executions of one run, in whatever
 * order they end, and those of an older run change nothing any more.
 */
export const afterSighting = (current: PolicyState | undefined, seen: Sighting): StateChange | undefined => {
  const isError = current?.state === 'ERROR';
  if (current?.by === seen.by && (isError || seen.fault === undefined))
    return seen.repeats ? { state: current, write: false, tell: true } : undefined;
  const isLater = current === undefined || seen.due > current.due;
  if (seen.fault === undefined) {
    return isError && isLater && seen.passed(current.fault) ? changed(current, seen, 'ENABLED', current.fault) : undefined;
  }
  if (isError) {
    const { fault, due } = seen;
    return isLater ? { state: { ...current, fault, due, version: current.version + 1 }, write: true, tell: false } : undefined;
  }
  return current === undefined || seen.due >= current.due ? changed(current, seen, 'ERROR', seen.fault) : undefined;
};
