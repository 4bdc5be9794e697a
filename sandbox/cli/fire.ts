import type { Sandbox } from '../ports';
import { isObject, type PolicyFile } from '../scenario/policies';
import type { FireEntry } from '../scenario/scenario-file';

/**
 * Fires a scenario's schedules in order. Those with the same times coincide, as they would on AWS; before one that is due at another time the
 * sandbox comes to rest, since its clock moves on and what is still under way would be late.
 */
export const fireSchedules = async (
  sandbox: Pick<Sandbox, 'fire' | 'idle'>,
  fire: readonly FireEntry[],
  policies: ReadonlyMap<string, PolicyFile>,
): Promise<void> => {
  let before: string | undefined;
  for (const { policy, schedule } of fire) {
    const times = timesOf(policies.get(policy), schedule);
    if (before !== undefined && before !== times) await sandbox.idle();
    await sandbox.fire(policy, schedule);
    before = times;
  }
  await sandbox.idle();
};

/** When a schedule is due, as text that is the same for the same times. */
const timesOf = (policy: PolicyFile | undefined, name: string): string => {
  const schedules: unknown = policy?.['Schedules'];
  const list: readonly unknown[] = Array.isArray(schedules) ? schedules : [];
  const schedule = list.find((candidate) => isObject(candidate) && candidate['Name'] === name);
  const rule = isObject(schedule) && isObject(schedule['CreateRule']) ? schedule['CreateRule'] : {};
  return JSON.stringify([rule['CronExpression'], rule['Interval'], rule['IntervalUnit'], rule['Times']]);
};
