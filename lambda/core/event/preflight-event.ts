import * as z from 'zod/mini';
import { findingSchema } from '../preflight/finding';
import type { TargetReport } from '../preflight/target-report';
import { instanceArn, type OutgoingEvent, type Place, policyArn, timeSchema } from './common';

export const PREFLIGHT_DETAIL_TYPE = 'Stillpoint Preflight Notification';

/** `detail` of a scheduled preflight's events: one for each target that would not end as `application`, then one for the run. */
export const preflightDetailSchema = z.object({
  /** `target`: about the instance in `source`. `run`: about the policy. */
  about: z.enum(['target', 'run']),
  /** `failed`: an execution of the target, or of one or more targets of the run, would not end as `application`. */
  result: z.enum(['success', 'failed']),
  policy_id: z.string(),
  /** Names of the schedules that the findings are about. */
  schedules: z.array(z.string()),
  /** The instance's ARN; "" about the run. */
  source: z.string(),
  start_time: timeSchema,
  end_time: timeSchema,
  /** Of the run: the policy's targets, those that failed, and those for which the time did not suffice. 0 about a target. */
  targets: z.number(),
  failed: z.number(),
  not_looked_at: z.number(),
  /** What failed or is worth a look at the target, each with what to do. */
  findings: z.array(findingSchema),
});
export type PreflightDetail = z.infer<typeof preflightDetailSchema>;

export interface PreflightRun {
  readonly policyId: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

const common = (place: Place, { policyId, startedAt, endedAt }: PreflightRun) => ({
  policy_id: policyArn(place, policyId),
  start_time: startedAt.toISOString(),
  end_time: endedAt.toISOString(),
});

export const preflightTargetEvent = (place: Place, run: PreflightRun, report: TargetReport): OutgoingEvent => {
  const detail: PreflightDetail = {
    ...common(place, run),
    about: 'target',
    result: report.application ? 'success' : 'failed',
    source: instanceArn(place, report.instanceId),
    ...{ targets: 0, failed: 0, not_looked_at: 0 },
    schedules: [...report.schedules],
    findings: report.findings.filter(({ result }) => result !== 'ok'),
  };
  return { detailType: PREFLIGHT_DETAIL_TYPE, resources: [detail.policy_id], detail };
};

export const preflightRunEvent = (
  place: Place,
  run: PreflightRun,
  { targets, failed, left }: { readonly targets: number; readonly failed: number; readonly left: number },
): OutgoingEvent => {
  const detail: PreflightDetail = {
    ...common(place, run),
    about: 'run',
    result: failed + left > 0 ? 'failed' : 'success',
    source: '',
    ...{ targets, failed, not_looked_at: left },
    schedules: [],
    findings: [],
  };
  return { detailType: PREFLIGHT_DETAIL_TYPE, resources: [detail.policy_id], detail };
};
