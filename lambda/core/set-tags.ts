import type { SetPlan } from './execution-message';
import { ROOM_FOR_TAGS, type Tags } from './snapshot-tags';

/** A volume as far as the tags on its snapshots matter. */
export interface TaggedVolume {
  readonly volumeId: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** AWS's own keys, which nobody else can write, and ours, which say whose a snapshot is. In any case: IAM's condition keys know none. */
const RESERVED = /^(aws|stillpoint):/i;

/** A key that users may put on our snapshots. */
export const isUsersKey = (key: string): boolean => !RESERVED.test(key);

/** Tags that one snapshot may have copied, beside ours and the policy's. A message of a release with fewer keys of its own may bring more than fit. */
const roomForCopies = (plan: Pick<SetPlan, 'tags'>): number => Math.max(0, ROOM_FOR_TAGS - plan.tags.length);

const copiedKeys = ({ tags }: TaggedVolume): readonly string[] => [...tags.keys()].filter((key) => !/^aws:/i.test(key));

/**
 * How many tags EC2 itself copies to a snapshot of the set at most, when it is told to. Undefined: it must not be told to. EC2 fails the call where a tag is
 * both given and copied, or where there are too many, copies tags with our keys, too, and all of a set's volumes have one setting.
 */
export const copiedAtCreation = (plan: SetPlan, volumes: readonly TaggedVolume[]): number | undefined => {
  if (!plan.copyTags) return undefined;
  const given = new Set(plan.tags.map(({ Key }) => Key));
  const keys = volumes.map(copiedKeys);
  const fits = keys.every((list) => list.length <= roomForCopies(plan) && list.every((key) => isUsersKey(key) && !given.has(key)));
  return fits ? Math.max(0, ...keys.map((list) => list.length)) : undefined;
};

/** What is copied from a volume to its snapshot after the set was made. */
export interface LateCopy {
  readonly volumeId: string;
  readonly tags: Tags;
  /** Keys for which the snapshot has no room. */
  readonly leftOut: readonly string[];
}

/** The volumes' tags for their snapshots: the policy's own win, and of the others, in the order of their keys, as many as fit. */
export const lateCopies = (plan: SetPlan, volumes: readonly TaggedVolume[]): readonly LateCopy[] => {
  const given = new Set(plan.tags.map(({ Key }) => Key));
  return volumes.map(({ volumeId, tags }) => {
    const wanted = [...tags].filter(([key]) => isUsersKey(key) && !given.has(key)).sort(([one], [other]) => (one < other ? -1 : 1));
    const room = roomForCopies(plan);
    return { volumeId, tags: Object.fromEntries(wanted.slice(0, room)), leftOut: wanted.slice(room).map(([key]) => key) };
  });
};
