import { COPY_TAG, MAX_TAGS, plain, TAG, type Tags } from '../../snapshot-tags';

/** What a copy has of its source as it is: whose it is, how it was made, and what it is worth. */
const IDENTITY: readonly string[] = [
  ...[TAG.policyId, TAG.scheduleName, TAG.executionId, TAG.attempt, TAG.instanceId, TAG.preScript, TAG.postScript, TAG.consistency],
  ...[TAG.reason, TAG.confirmed, TAG.heldMs, TAG.thawedBy, TAG.held],
];

const isIdentity = (key: string): boolean => IDENTITY.includes(key) || key.startsWith(TAG.resultPrefix);
/** AWS's own keys can't be written, and ours that are not identity say what is done to the source. */
const isUsers = (key: string): boolean => !/^aws:/i.test(key) && !key.startsWith('stillpoint:');

/** A copy gets one more tag before it is deleted. */
const LATER_TAGS = 1;

export interface CopySource {
  readonly snapshotId: string;
  readonly volumeId: string;
  readonly region: string;
  /** How many snapshots its set has. */
  readonly members: number;
  readonly tags: ReadonlyMap<string, string>;
}

export interface CopyTags {
  readonly tags: Tags;
  /** Keys of the source's own tags that found no place. */
  readonly leftOut: readonly string[];
}

/** A copy's tags at creation: always ours, then those of the source's user tags that fit, in the order of their keys. */
export const copyTags = (source: CopySource, copyUserTags: boolean, expires: Date | undefined): CopyTags => {
  const all = [...source.tags];
  const own: Tags = {
    ...Object.fromEntries(all.filter(([key]) => isIdentity(key))),
    [TAG.members]: String(source.members),
    [COPY_TAG.sourceSnapshot]: source.snapshotId,
    [COPY_TAG.sourceVolume]: source.volumeId,
    [COPY_TAG.sourceRegion]: source.region,
    [COPY_TAG.copy]: 'pending',
    ...(expires === undefined ? {} : { [TAG.expirationTime]: expires.toISOString() }),
  };
  const users = copyUserTags ? all.filter(([key]) => isUsers(key)).sort(([one], [other]) => (one < other ? -1 : 1)) : [];
  const places = MAX_TAGS - Object.keys(own).length - LATER_TAGS;
  return {
    tags: { ...own, ...Object.fromEntries(users.slice(0, places)) },
    leftOut: users.slice(places).map(([key]) => plain(key)),
  };
};

/** `eu-central-1 2, us-east-1 1`: how often copies of a snapshot failed, on the source, since a failed copy is deleted. */
const FAILURES = /([a-z0-9-]+) (\d+)/g;

const failures = (tags: ReadonlyMap<string, string>): ReadonlyMap<string, number> =>
  new Map([...(tags.get(TAG.copyFailures) ?? '').matchAll(FAILURES)].map(([, region = '', count]) => [region, Number(count)]));

export const copyFailures = (tags: ReadonlyMap<string, string>, region: string): number => failures(tags).get(region) ?? 0;

/** The source's tag once another copy to the region has failed. */
export const withFailure = (tags: ReadonlyMap<string, string>, region: string): Tags => {
  const counts = new Map([...failures(tags), [region, copyFailures(tags, region) + 1] as const]);
  return { [TAG.copyFailures]: [...counts].map(([name, count]) => `${name} ${count}`).join(', ') };
};
