import type { ConcludedSet } from './execution/conclude';
import { FAST_RESTORE_PENDING } from './lifecycle/fast-restore/fast-restore-mark';
import { SHARE_PENDING } from './lifecycle/sharing/share-mark';
import { scheduleTagOf } from './schedule-tag';

/** Keys of the tags on our snapshots. They mirror DLM's `aws:dlm:` set, whose prefix nobody else can write. */
export const TAG = {
  policyId: 'stillpoint:policy-id',
  scheduleName: 'stillpoint:schedule-name',
  executionId: 'stillpoint:execution-id',
  /** Only on sets made around scripts. */
  attempt: 'stillpoint:attempt',
  instanceId: 'stillpoint:instance-id',
  /** From when on the set's ages no longer keep it, ISO 8601 in UTC. Absent where no schedule of its run retains by age. */
  expirationTime: 'stillpoint:expiration-time',
  preScript: 'stillpoint:pre-script',
  postScript: 'stillpoint:post-script',
  /** `pending` at creation: a set that still says so counts as unproven. */
  consistency: 'stillpoint:consistency',
  reason: 'stillpoint:reason',
  /** When all members of the set were found completed, and the verdict with it confirmed. */
  confirmed: 'stillpoint:confirmed',
  /** How many snapshots the set was made of: where there are more or fewer, it is not whole. */
  members: 'stillpoint:members',
  /** When its deletion was begun: on all members before the first is deleted, so that half a set is finished, and never counted. "": not. */
  deleting: 'stillpoint:deleting',
  /** Until when it is shared, or what else became of its sharing. Absent where no schedule of its run shares. */
  sharedUntil: 'stillpoint:shared-until',
  /** Where fast snapshot restore was switched on, and until when. Absent where no schedule of its run restores fast. */
  fastRestore: 'stillpoint:fast-restore',
  /** Why it is kept although its retention is over. "": no longer. */
  skipped: 'stillpoint:skipped',
  /** Why nothing will ever delete it. "": no longer. */
  orphan: 'stillpoint:orphan',
  /** From the document's result line. */
  heldMs: 'stillpoint:held-ms',
  thawedBy: 'stillpoint:thawed-by',
  /** Mount points of the filesystems that were held, with spaces between. */
  held: 'stillpoint:held',
  /** Copies that failed, by region: `eu-central-1 2`. What is written here keeps more from being tried. */
  copyFailures: 'stillpoint:copy-failures',
  /** And the application's coordinates: `stillpoint:result-gtid`, say. */
  resultPrefix: 'stillpoint:result-',
} as const;

/** Keys of further tags on copies in other regions. A copy's own volume id is arbitrary. */
export const COPY_TAG = {
  sourceSnapshot: 'stillpoint:source-snapshot',
  sourceVolume: 'stillpoint:source-volume',
  sourceRegion: 'stillpoint:source-region',
  /** `pending`, until it was told that it is `completed`; then what keeps it although its age is over: `kept: locked`. */
  copy: 'stillpoint:copy',
} as const;

/** Tags that a set gets when it is closed, with `*` for what the document names. Never the policy's, which marks ownership. */
export const CLOSING_TAG_KEYS = [
  TAG.consistency,
  TAG.reason,
  TAG.members,
  TAG.postScript,
  TAG.heldMs,
  TAG.thawedBy,
  TAG.held,
  `${TAG.resultPrefix}*`,
] as const;

/** Tags that the lifecycle function writes: never the policy's, which marks ownership. */
export const LIFECYCLE_TAG_KEYS = [
  TAG.consistency,
  TAG.reason,
  TAG.confirmed,
  TAG.copyFailures,
  TAG.sharedUntil,
  TAG.fastRestore,
  TAG.deleting,
  TAG.skipped,
  TAG.orphan,
] as const;

/** The tag on an instance whose value names its group: one instance of a group is frozen at a time. */
export const GROUP_TAG = 'stillpoint:group';

export type Tags = Readonly<Record<string, string>>;

export interface TaggedSet {
  readonly policyId: string;
  readonly schedules: readonly string[];
  readonly executionId: string;
  readonly instanceId: string;
  /** Undefined: made without scripts. */
  readonly attempt: number | undefined;
  /** What became of a pre-script before it; undefined: there was none. */
  readonly preScript: 'SUCCESS' | 'FAILED' | undefined;
  readonly expires: Date | undefined;
  /** The policy's own. */
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  /** A schedule of its run shares it, or restores it fast, once it is completed. */
  readonly shared?: boolean | undefined;
  readonly restoredFast?: boolean | undefined;
}

/** The tags at creation. */
export const creationTags = (set: TaggedSet): Tags => ({
  ...Object.fromEntries(set.tags.map(({ Key, Value }) => [Key, Value])),
  [TAG.policyId]: set.policyId,
  [TAG.scheduleName]: scheduleTagOf(set.schedules),
  [TAG.executionId]: set.executionId,
  [TAG.instanceId]: set.instanceId,
  [TAG.consistency]: 'pending',
  ...(set.expires === undefined ? {} : { [TAG.expirationTime]: set.expires.toISOString() }),
  ...(set.shared ? { [TAG.sharedUntil]: SHARE_PENDING } : {}),
  ...(set.restoredFast ? { [TAG.fastRestore]: FAST_RESTORE_PENDING } : {}),
  ...(set.attempt === undefined ? {} : { [TAG.attempt]: String(set.attempt) }),
  ...(set.preScript === undefined ? {} : { [TAG.preScript]: set.preScript }),
});

/** The tags that close a set: what is known only afterwards. */
export const verdictTags = ({ consistency, reason, postScript, members }: ConcludedSet): Tags => ({
  [TAG.consistency]: consistency,
  [TAG.reason]: reason,
  [TAG.members]: String(members.length),
  ...(postScript === undefined ? {} : { [TAG.postScript]: postScript }),
});

/** EC2's limits, in characters (its API reference says 127 for keys, its user guide 128). It takes any characters. */
const MAX_KEY = 127;
const MAX_VALUE = 256;
/** EC2's limit for the tags of one resource. Those that AWS itself puts there don't count. */
export const MAX_TAGS = 50;
/**
 * Every key of ours that a snapshot may come to carry, now or later. Coordinates are not among them: they are told where there is room. The three
 * tags of VSS itself take the places of what is told of scripts and freezes.
 */
const OWN_TAGS = Object.keys(TAG).length - 1;
/** How many tags users may add to a snapshot or copy to it. */
export const ROOM_FOR_TAGS = MAX_TAGS - OWN_TAGS;
/** The closing event has all coordinates. */
const MAX_COORDINATES = 15;

/** What the document told of the freeze around a set; none where it told nothing. `others`: how many tags of users are on a snapshot of it at most. */
export const freezeTags = ({ line, coordinates = {} }: ConcludedSet, others: number): Tags => {
  if (line === undefined) return {};
  const held = line.filesystems.filter((filesystem) => filesystem.held).map(({ mount }) => mount);
  return {
    ...(line.heldMs === undefined ? {} : { [TAG.heldMs]: String(line.heldMs) }),
    [TAG.thawedBy]: line.thawedBy,
    ...(held.length === 0 ? {} : { [TAG.held]: tagValue(held.join(' ')) }),
    ...coordinateTags(coordinates, Math.min(MAX_COORDINATES, ROOM_FOR_TAGS - others)),
  };
};

const coordinateTags = (coordinates: Readonly<Record<string, string>>, room: number): Tags => {
  const tags = Object.entries(coordinates).map(([key, value]) => [plain(`${TAG.resultPrefix}${key}`), tagValue(value)] as const);
  const fitting = tags.filter(([key]) => key.length <= MAX_KEY).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(fitting.slice(0, Math.max(0, room)));
};

/** Control and format characters are for terminals, not for tags nor reports. */
export const plain = (text: string): string => text.replace(/\p{C}/gu, ' ');

/** What is cut says so, so that half a position is not taken for a whole one. Cut first: that may leave half a character. */
const tagValue = (text: string): string => plain(text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE - 3)}...`);
