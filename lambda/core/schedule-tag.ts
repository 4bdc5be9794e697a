import { createHash } from 'node:crypto';
import type { Policy, Schedule } from './policy/policy-schema';

/** EC2's limit for a tag's value, in characters. */
const MAX_VALUE = 256;
/** Names have neither commas nor `~`: letters, digits, spaces, `_` and `-`. */
const SEPARATOR = ', ';
/** `~` and 8 hex digits. */
const HASH_LENGTH = 9;

/** How many characters each of so many names may have. */
const shareOf = (names: number): number => Math.floor((MAX_VALUE - SEPARATOR.length * (names - 1)) / names);

/** A name that is too long for its share: as much of it as fits, and a hash of all of it. */
const shortened = (name: string, share: number): string => {
  if (name.length <= share) return name;
  const hash = createHash('sha256').update(name).digest('hex');
  return `${name.slice(0, share - HASH_LENGTH)}~${hash.slice(0, HASH_LENGTH - 1)}`;
};

/** The value of the tag that names a run's schedules. Names of up to 120 characters may be too long together: then each gets its share. */
export const scheduleTagOf = (names: readonly string[]): string => {
  const whole = names.join(SEPARATOR);
  return whole.length <= MAX_VALUE ? whole : names.map((name) => shortened(name, shareOf(names.length))).join(SEPARATOR);
};

/** Whether all schedules that made a set are still schedules of the policy. */
export const allKnown = (value: string, policy: Pick<Policy, 'Schedules'>): boolean =>
  schedulesOfTag(value, policy).length === value.split(SEPARATOR).length;

/** The policy's schedules that made a set, by its tag, in the policy's order. Ones that are gone or have another name now are not among them. */
export const schedulesOfTag = (value: string, { Schedules }: Pick<Policy, 'Schedules'>): readonly Schedule[] => {
  const written = value.split(SEPARATOR);
  return Schedules.filter(({ Name }) => written.includes(Name) || written.includes(shortened(Name, shareOf(written.length))));
};
