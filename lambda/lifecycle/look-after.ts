import { isPartial, isUnclosed } from '../core/lifecycle/completion';
import { type SnapshotSet, snapshotSets } from '../core/lifecycle/snapshot-set';
import { confirm } from './confirm';
import { copy } from './copy';
import { fastRestore } from './fast-restore';
import type { Task } from './find-scopes';
import type { Ports, Scope, Step } from './ports';
import { retire } from './retire';
import { share } from './share';

/** The runbook, in its order: each step finds the sets as the one before has left them. */
const STEPS: readonly Step[] = [confirm, retire, copy, share, fastRestore];

/** A closing event goes out before its verdict's tags, which follow within moments: waits between looks, 15 s together. */
const UNTIL_TAGGED_MS = [1_000, 2_000, 4_000, 8_000];

/** What a policy's sets may take at least; less time left, and another invocation looks after them. */
const NEEDED_MS = 60_000;

/**
 * Look after the sets of each scope. What does not fit into this invocation comes again in another; what fails keeps nothing else from being done.
 * Returns the messages that are to come again.
 */
export const lookAfter = async (ports: Ports, tasks: readonly Task[]): Promise<readonly string[]> => {
  const failed = new Set<string>();
  for (const { scope, messageIds } of tasks) {
    const failing: Ports['failed'] = (...told) => {
      ports.failed(...told);
      for (const messageId of messageIds) failed.add(messageId);
    };
    if (ports.remainingMs() < NEEDED_MS) await ports.again(scope);
    else await lookAfterOne({ ...ports, failed: failing }, scope);
  }
  return [...failed];
};

const lookAfterOne = async (ports: Ports, scope: Scope): Promise<void> => {
  const { policyId, instanceId, trigger } = scope;
  try {
    let sets = await findSets(ports, scope);
    ports.log('info', 'sets found', { policyId, instanceId, trigger, sets: sets.length });
    for (const step of STEPS) sets = await step(ports, { ...scope, policy: ports.policies.get(policyId), sets });
  } catch (error) {
    ports.failed('sets not looked after', { policyId, instanceId }, error);
  }
};

const findSets = async (ports: Ports, scope: Scope): Promise<readonly SnapshotSet[]> => {
  for (const pause of UNTIL_TAGGED_MS) {
    const sets = snapshotSets(await ports.inventory.find(scope));
    if (scope.closed.every((executionId) => hasVerdict(sets, executionId))) return sets;
    await ports.sleep(pause);
  }
  return snapshotSets(await ports.inventory.find(scope));
};

/** An execution may have several sets, one an attempt. A new one may not be found for a while. */
const hasVerdict = (sets: readonly SnapshotSet[], id: string): boolean => {
  const ofExecution = sets.filter(({ executionId }) => executionId === id);
  return ofExecution.length > 0 && ofExecution.every((set) => !isUnclosed(set) && !isPartial(set));
};
