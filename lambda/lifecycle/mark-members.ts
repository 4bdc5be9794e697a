import type { Member, SnapshotSet } from '../core/lifecycle/snapshot-set';
import type { Tags } from '../core/snapshot-tags';
import type { Ports } from './ports';

/** Tag some members of a set, if there are any, and give it back as it is then. */
export const markMembers = async ({ inventory }: Ports, set: SnapshotSet, members: readonly Member[], tags: Tags): Promise<SnapshotSet> => {
  if (members.length === 0) return set;
  await inventory.tag(members, tags);
  const ids = members.map(({ snapshotId }) => snapshotId);
  const marked = (member: Member): Member => ({ ...member, tags: new Map([...member.tags, ...Object.entries(tags)]) });
  return { ...set, members: set.members.map((member) => (ids.includes(member.snapshotId) ? marked(member) : member)) };
};
