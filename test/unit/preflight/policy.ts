import { parsePolicy } from '../../../lambda/core/policy/parse-policy';
import type { Policy } from '../../../lambda/core/policy/policy-schema';

export interface SampleSchedule {
  readonly name: string;
  readonly script?: Readonly<Record<string, unknown>>;
}

const SCRIPT = { Stages: ['PRE', 'POST'], ExecutionHandler: 'stillpoint-filesystem', ExecutionTimeout: 10 };

/** A policy of schedules with or without a script. */
export const samplePolicy = (
  schedules: readonly SampleSchedule[] = [{ name: 'Nightly', script: {} }],
  more: Readonly<Record<string, unknown>> = {},
): Policy => {
  const parsed = parsePolicy({
    ...{ ResourceTypes: ['INSTANCE'], TargetTags: [{ Key: 'Backup', Value: 'nightly' }] },
    Schedules: schedules.map(({ name, script }) => ({
      Name: name,
      CreateRule: { CronExpression: 'cron(0 3 * * ? *)', ...(script === undefined ? {} : { Scripts: [{ ...SCRIPT, ...script }] }) },
      RetainRule: { Count: 7 },
    })),
    ...more,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
};
