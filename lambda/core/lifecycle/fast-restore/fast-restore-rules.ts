import { type Age, expirationOf } from '../../expiration';
import type { FastRestoreRule } from '../../policy/after-completion-schema';
import type { Schedule } from '../../policy/policy-schema';

/** Zones by name or by id, as the rule has them. */
export const zonesOfRule = ({ AvailabilityZones = [], AvailabilityZoneIds = [] }: FastRestoreRule): readonly string[] => [
  ...AvailabilityZones,
  ...AvailabilityZoneIds,
];

/** The zones of all rules, each once. */
export const fastRestoreZones = (schedules: readonly Pick<Schedule, 'FastRestoreRule'>[]): readonly string[] =>
  [...new Set(schedules.flatMap(({ FastRestoreRule }) => (FastRestoreRule === undefined ? [] : zonesOfRule(FastRestoreRule))))].sort();

const agesOf = (schedules: readonly Schedule[]): readonly Age[] =>
  schedules.flatMap(({ FastRestoreRule: rule }) =>
    rule?.Interval === undefined || rule.IntervalUnit === undefined ? [] : { interval: rule.Interval, unit: rule.IntervalUnit },
  );

/** When fast restore by age ends for a set that was completed at this time: the last time of any rule. Undefined: no rule goes by age. */
export const restoredFastUntil = (schedules: readonly Schedule[], completedAt: Date): Date | undefined =>
  expirationOf(agesOf(schedules), completedAt);

/** How many newer snapshots of the same volume the schedule has made. */
export type RankOf = (schedule: Schedule) => number;

/** The zones in which a snapshot is wanted: those of every rule that holds for it, by its rank or until its time. */
export const wantedZones = (schedules: readonly Schedule[], rankOf: RankOf, withinAge: boolean): readonly string[] =>
  fastRestoreZones(
    schedules.filter((schedule) => {
      const count = schedule.FastRestoreRule?.Count;
      return count === undefined ? withinAge : rankOf(schedule) < count;
    }),
  );
