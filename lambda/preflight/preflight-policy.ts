import type { Place } from '../core/event/common';
import { preflightRunEvent, preflightTargetEvent } from '../core/event/preflight-event';
import type { Instance } from '../core/plan-targets';
import type { Policy } from '../core/policy/policy-schema';
import { plansOf } from '../core/preflight/plans';
import type { PreflightAnswer, PreflightRequest } from '../core/preflight/request';
import { failedReport, type TargetReport } from '../core/preflight/target-report';
import { findTargets } from '../planner/find-targets';
import type { PreflightPorts } from './ports';
import { preflightTarget } from './preflight-target';

/** Targets that a scheduled preflight looks at side by side: far below SSM's rates. */
const AT_ONCE = 5;
/** What the longest look at a target takes, and telling what was found. */
const RESERVE_MS = 120_000;

/** Answer a request for a preflight. */
export const preflightPolicy = async (ports: PreflightPorts, place: Place, request: PreflightRequest): Promise<PreflightAnswer> => {
  const policy = ports.policies.get(request.policyId);
  if (policy === undefined) return { kind: 'unknown-policy', known: [...ports.policies.keys()].sort() };
  if ('instanceId' in request) return { kind: 'reports', reports: await look(ports, request.policyId, policy, request.instanceId) };
  const targets = await findTargets(policy, ports.ec2);
  if ('schedule' in request) return tellAll(ports, place, request.policyId, policy, targets);
  return { kind: 'targets', targets: targets.map(({ id, tags }) => ({ instanceId: id, name: tags.get('Name') ?? '' })) };
};

/** A report for each script that the policy's schedules name: mostly one. A target that can't be looked at fails alone. */
const look = async (ports: PreflightPorts, policyId: string, policy: Policy, instanceId: string): Promise<TargetReport[]> => {
  const reports: TargetReport[] = [];
  for (const planned of plansOf(policy)) {
    const subject = { now: ports.clock.now(), policyId, policy, instanceId, ...planned };
    try {
      reports.push(await preflightTarget(ports, subject));
    } catch (error) {
      ports.log('warn', 'a target could not be looked at', { policyId, instanceId, error });
      reports.push(failedReport(subject, error instanceof Error ? `${error.name}: ${error.message}` : String(error)));
    }
  }
  return reports;
};

/** A scheduled preflight: an event for each target that would not end as `application`, and one for the run. */
const tellAll = async (
  ports: PreflightPorts,
  place: Place,
  policyId: string,
  policy: Policy,
  targets: readonly Instance[],
): Promise<PreflightAnswer> => {
  const startedAt = ports.clock.now();
  const waiting = [...targets];
  const reports: TargetReport[] = [];
  const lookOn = async (): Promise<void> => {
    while (ports.remainingMs() > RESERVE_MS) {
      const next = waiting.shift();
      if (next === undefined) return;
      reports.push(...(await look(ports, policyId, policy, next.id)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lookOn));
  const failed = reports.filter(({ application }) => !application).sort((one, other) => (one.instanceId < other.instanceId ? -1 : 1));
  const run = { policyId, startedAt, endedAt: ports.clock.now() };
  const counts = { targets: targets.length, failed: new Set(failed.map(({ instanceId }) => instanceId)).size, left: waiting.length };
  await ports.publish([...failed.map((report) => preflightTargetEvent(place, run, report)), preflightRunEvent(place, run, counts)]);
  ports.recordMetrics(policyId, { PreflightTargets: targets.length, PreflightFailed: counts.failed });
  ports.log(failed.length + waiting.length > 0 ? 'warn' : 'info', 'preflight ended', { policyId, ...counts });
  return { kind: 'told', ...counts };
};
