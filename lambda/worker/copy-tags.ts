import type { ConcludedSet } from '../core/execution/conclude';
import { groupBy } from '../core/group-by';
import { type LateCopy, lateCopies } from '../core/set-tags';
import { besideVss } from '../core/vss/vss-tags';
import type { Execution } from './execution';
import type { Ports } from './ports';

/**
 * The volumes' tags that EC2 did not copy when it made the sets. Of a set that an earlier worker made nobody knows, and copying twice changes
 * nothing. Tags that can't be read keep no execution from being closed.
 */
export const copiesFor = async (ports: Ports, { setPlan }: Execution, sets: readonly ConcludedSet[]): Promise<readonly LateCopy[]> => {
  const without = setPlan.copyTags ? sets.filter(({ copiedTags }) => copiedTags === undefined) : [];
  const volumeIds = new Set(without.flatMap(({ members }) => members.map(({ volumeId }) => volumeId)));
  if (volumeIds.size === 0) return [];
  try {
    const copies = lateCopies(setPlan, await ports.sets.volumes([...volumeIds]));
    const leftOut = copies.filter((copy) => copy.leftOut.length > 0);
    if (leftOut.length > 0) ports.log('warn', 'no room for tags of volumes', { leftOut });
    return copies;
  } catch (error) {
    ports.log('warn', "the volumes' tags were not copied: they can't be read", { error });
    return [];
  }
};

/**
 * How long tags are copied to one set before the rest is left out. A call that is refused for good (rights that a deployment has taken away) is tried
 * for half a minute, and 128 volumes with tags of their own are 128 calls: the verdict must not wait for all of them.
 */
const COPY_PATIENCE_MS = 60_000;

/** Write them to a set's snapshots, those with the same tags in one call. */
export const copyTags = async (ports: Ports, { members, byVss }: ConcludedSet, copies: readonly LateCopy[]): Promise<void> => {
  const tagsOf = new Map(copies.map(({ volumeId, tags }) => [volumeId, byVss === undefined ? tags : besideVss(tags)]));
  const alike = groupBy(members, ({ volumeId }) => JSON.stringify(tagsOf.get(volumeId) ?? {}));
  const patienceEnds = ports.clock.now().getTime() + COPY_PATIENCE_MS;
  for (const group of alike.values()) {
    if (ports.clock.now().getTime() > patienceEnds)
      return ports.log('warn', "not all of the volumes' tags were copied in time", { members });
    const tags = tagsOf.get(group[0]?.volumeId ?? '') ?? {};
    if (Object.keys(tags).length === 0) continue;
    try {
      await ports.sets.tag(group, tags);
    } catch (error) {
      ports.log('warn', "the volumes' tags were not copied", { error, members: group });
    }
  }
};

/** Keys that some snapshot has no room for, for the closing event: a few are enough to see which. */
const MAX_TOLD = 50;
export const keysLeftOut = (copies: readonly LateCopy[]): readonly string[] =>
  [...new Set(copies.flatMap(({ leftOut }) => leftOut))].sort().slice(0, MAX_TOLD);

/** How many tags of users are on a snapshot of the set at most. */
export const usersTags = ({ setPlan }: Execution, { copiedTags }: ConcludedSet, copies: readonly LateCopy[]): number =>
  setPlan.tags.length + (copiedTags ?? Math.max(0, ...copies.map(({ tags }) => Object.keys(tags).length)));
