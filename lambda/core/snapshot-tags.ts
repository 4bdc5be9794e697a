import type { ConcludedSet } from './execution/conclude';

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
} as const;

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
export const closingTags = ({ consistency, reason, postScript }: ConcludedSet): Tags => ({
  [TAG.consistency]: consistency,
  [TAG.reason]: reason,
  ...(postScript === undefined ? {} : { [TAG.postScript]: postScript }),
});
