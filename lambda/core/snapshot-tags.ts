import type { ConcludedSet } from './execution/conclude';
import { coordinatesOf } from './execution/freeze-report';
import type { ResultLine } from './result-line';

/** Keys of the tags on our snapshots. They mirror DLM's `aws:dlm:` set, whose prefix nobody else can write. */
export const TAG = {
  policyId: 'stillpoint:policy-id',
  scheduleName: 'stillpoint:schedule-name',
  executionId: 'stillpoint:execution-id',
  /** Only on sets made around scripts. */
  attempt: 'stillpoint:attempt',
  instanceId: 'stillpoint:instance-id',
  preScript: 'stillpoint:pre-script',
  postScript: 'stillpoint:post-script',
  /** `pending` at creation: a set that still says so counts as unproven. */
  consistency: 'stillpoint:consistency',
  reason: 'stillpoint:reason',
  /** From the document's result line. */
  heldMs: 'stillpoint:held-ms',
  thawedBy: 'stillpoint:thawed-by',
  /** Mount points of the filesystems that were held, with spaces between. */
  held: 'stillpoint:held',
  /** And the application's coordinates: `stillpoint:result-gtid`, say. */
  resultPrefix: 'stillpoint:result-',
} as const;

/** Tags that a set gets when it is closed, with `*` for what the document names. Never the policy's, which marks ownership. */
export const CLOSING_TAG_KEYS = [
  TAG.consistency,
  TAG.reason,
  TAG.postScript,
  TAG.heldMs,
  TAG.thawedBy,
  TAG.held,
  `${TAG.resultPrefix}*`,
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
  /** A pre-script succeeded. */
  readonly afterPreScript: boolean;
}

/** The tags at creation. EC2 allows values of 256 characters: several schedules' names are cut there. */
export const creationTags = (set: TaggedSet): Tags => ({
  [TAG.policyId]: set.policyId,
  [TAG.scheduleName]: set.schedules.join(', ').slice(0, 256),
  [TAG.executionId]: set.executionId,
  [TAG.instanceId]: set.instanceId,
  [TAG.consistency]: 'pending',
  ...(set.attempt === undefined ? {} : { [TAG.attempt]: String(set.attempt) }),
  ...(set.afterPreScript ? { [TAG.preScript]: 'SUCCESS' } : {}),
});

/** The tags that close a set: what is known only afterwards. */
export const closingTags = ({ consistency, reason, postScript, line }: ConcludedSet): Tags => ({
  [TAG.consistency]: consistency,
  [TAG.reason]: reason,
  ...(postScript === undefined ? {} : { [TAG.postScript]: postScript }),
  ...(line === undefined ? {} : resultTags(line)),
});

const MAX_KEY = 128;
const MAX_VALUE = 256;
/** EC2 takes 50 tags of a resource; the others are for what users add and copy. The closing event has all coordinates. */
const MAX_COORDINATES = 15;

const resultTags = (line: ResultLine): Tags => {
  const held = line.filesystems.filter((filesystem) => filesystem.held).map(({ mount }) => mount);
  const coordinates = Object.entries(coordinatesOf(line))
    .map(([key, value]) => [`${TAG.resultPrefix}${key}`, value] as const)
    .filter(([key]) => key.length <= MAX_KEY)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .slice(0, MAX_COORDINATES);
  return {
    ...(line.heldMs === undefined ? {} : { [TAG.heldMs]: String(line.heldMs) }),
    [TAG.thawedBy]: line.thawedBy,
    ...(held.length === 0 ? {} : { [TAG.held]: tagValue(held.join(' ')) }),
    ...Object.fromEntries(coordinates.map(([key, value]) => [key, tagValue(value)])),
  };
};

/** What is cut says so, so that half a position is not taken for a whole one. */
const tagValue = (text: string): string => {
  const characters = [...text.replace(/\p{Cc}/gu, ' ')];
  return characters.length <= MAX_VALUE ? characters.join('') : `${characters.slice(0, MAX_VALUE - 3).join('')}...`;
};
