import type { MetricValues } from '../core/metric-names';
import { distinctTags, type Instance, rolloutOf, targetsOf } from '../core/plan-targets';
import type { Policy, Tag } from '../core/policy/policy-schema';
import { type OwnSnapshot, ownSets } from '../core/sweep/own-sets';
import { sweepPolicy } from '../core/sweep/sweep-policy';

/** What the sweep needs of the world. */
export interface SweepPorts {
  readonly policies: ReadonlyMap<string, Policy>;
  findInstances(tag: Tag): Promise<readonly Instance[]>;
  findSnapshots(policyId: string): Promise<readonly OwnSnapshot[]>;
  recordMetrics(policyId: string, values: MetricValues): void;
  log(level: 'info' | 'warn' | 'error', message: string, fields: Readonly<Record<string, unknown>>): void;
  now(): Date;
}

/** A line names no more overdue targets than this, the worst ones. */
const NAMED = 50;

const sweepOne = async (policyId: string, policy: Policy, ports: SweepPorts): Promise<void> => {
  const found: Instance[] = [];
  for (const tag of distinctTags(policy)) found.push(...(await ports.findInstances(tag)));
  const sets = ownSets(await ports.findSnapshots(policyId));
  const { planned } = rolloutOf(policy, targetsOf(policy, found)); // no run is owed to those that the canary tag leaves out
  const { targets, overdue, hoursOverdue, newestProvenSetAge } = sweepPolicy(policy, planned, sets, ports.now());
  ports.recordMetrics(policyId, {
    HoursOverdue: hoursOverdue, // also 0: its absence is alarmed on
    ...(newestProvenSetAge === undefined ? {} : { NewestProvenSetAge: newestProvenSetAge }),
  });
  ports.log(overdue.length === 0 ? 'info' : 'warn', 'policy swept', {
    ...{ policyId, targets, sets: sets.length, hoursOverdue, newestProvenSetAge },
    ...{ overdueTargets: overdue.length, overdue: overdue.slice(0, NAMED) },
  });
};

/**
 * Tell of every enabled policy how its targets stand, one after the other, so that the account's request limits are left to the worker.
 * A policy that can't be looked at keeps no other from being told; it throws in the end, and its metric stays out.
 */
export const sweepPolicies = async (ports: SweepPorts): Promise<void> => {
  const failed: string[] = [];
  for (const [policyId, policy] of ports.policies) {
    if (policy.State === 'DISABLED') continue;
    try {
      await sweepOne(policyId, policy, ports);
    } catch (error) {
      failed.push(policyId);
      ports.log('error', 'policy not swept', { policyId, error });
    }
  }
  if (failed.length > 0) throw new Error(`not swept: ${failed.join(', ')}`);
};
