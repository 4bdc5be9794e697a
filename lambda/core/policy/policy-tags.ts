import { ROOM_FOR_TAGS } from '../snapshot-tags';
import { runsOf } from './coincide';
import type { PolicyProblem } from './policy-problem';
import type { Policy, Schedule, Tag } from './policy-schema';

type TagsOf = Pick<Schedule, 'TagsToAdd' | 'VariableTags'>;

/** What stands for a value in VariableTags. */
export type Variables = Readonly<Record<'$(instance-id)' | '$(timestamp)', string>>;

/** The tags that these schedules put on their sets, each key once: of two values the first schedule's in the file. */
export const policyTags = (schedules: readonly TagsOf[], variables: Variables): readonly Tag[] => {
  const tags = new Map<string, Tag>();
  for (const { TagsToAdd = [], VariableTags = [] } of schedules) {
    const resolved = VariableTags.map(({ Key, Value }) => ({ Key, Value: variables[Value] }));
    for (const tag of [...TagsToAdd, ...resolved]) if (!tags.has(tag.Key)) tags.set(tag.Key, tag);
  }
  return [...tags.values()];
};

const countOf = (schedules: readonly TagsOf[]): number => policyTags(schedules, { '$(instance-id)': '', '$(timestamp)': '' }).length;

/** Of these schedules the ones whose run puts the most tags on a set. All of them, also those that never coincide, where even they are not too many. */
export const fullestRun = (schedules: readonly Schedule[]): readonly Schedule[] =>
  countOf(schedules) <= ROOM_FOR_TAGS
    ? schedules
    : runsOf(schedules).reduce<readonly Schedule[]>((most, run) => (countOf(run) > countOf(most) ? run : most), []);

/** More tags than a snapshot takes, of one schedule or of several that coincide. */
export const tooManyTags = ({ Schedules }: Policy): readonly PolicyProblem[] => {
  const run = fullestRun(Schedules);
  const count = countOf(run);
  if (count <= ROOM_FOR_TAGS) return [];
  const index = Schedules.findIndex((schedule) => run.includes(schedule) && countOf([schedule]) > 0);
  const key = Schedules[index]?.TagsToAdd === undefined ? 'VariableTags' : 'TagsToAdd';
  const others = run.length === 1 ? '' : `, with all schedules of one minute: ${run.map(({ Name }) => Name).join(', ')}`;
  const message = `at most ${ROOM_FOR_TAGS} different keys in TagsToAdd and VariableTags${others}: EC2 takes 50 tags a snapshot, the others are Stillpoint's`;
  return [{ kind: 'value', path: ['Schedules', index, key], found: count, message }];
};
