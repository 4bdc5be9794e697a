import { isUsersKey } from '../set-tags';
import { TAG, type Tags } from '../snapshot-tags';

/** Marks a snapshot as one that AWS's VSS components (2.3.1 and later) made. */
export const VSS_TAG = 'AwsVssConfig';
/** `true` once VSS has made the whole set and let go: it comes after the snapshot, and is missing or `false` where VSS failed. */
const CONSISTENT_TAG = 'AppConsistent';

/** VSS's word that a snapshot is not: nothing else is to come. */
export const isDenied = (tags: ReadonlyMap<string, string>): boolean => tags.get(CONSISTENT_TAG)?.toLowerCase() === 'false';

/** VSS's word that a snapshot is application-consistent. */
export const isAppConsistent = (tags: ReadonlyMap<string, string>): boolean =>
  tags.has(VSS_TAG) && tags.get(CONSISTENT_TAG)?.toLowerCase() === 'true';

/** Tags that VSS writes itself. */
const VSS_KEYS: readonly string[] = [VSS_TAG, CONSISTENT_TAG, 'Device'];
/** The same, and the name that its document's console form begins with. */
export const VSS_OWN_KEYS: readonly string[] = [...VSS_KEYS, 'Name'];

/** Tags of users for a snapshot that VSS made: what VSS says of it stands, whatever a policy or a volume has under the same key. */
export const besideVss = (tags: Tags): Tags => Object.fromEntries(Object.entries(tags).filter(([key]) => !VSS_KEYS.includes(key)));

/** Tags that go in with the command: ids. */
export const VSS_ID_KEYS: readonly string[] = [TAG.policyId, TAG.executionId, TAG.instanceId, TAG.attempt];

/** Tags of ours that a set is made with and that VSS can't give it: the worker may write them later, and no other ones of ours. */
export const VSS_LATER_KEYS: readonly string[] = [TAG.scheduleName, TAG.expirationTime, TAG.sharedUntil, TAG.fastRestore];

/** The others of a set's making, ours and the policy's: they are written once it is found. Its consistency comes with the verdict. */
export const tagsAfterVss = (tags: Tags): readonly [ours: Tags, policys: Tags] => {
  const later = Object.entries(besideVss(tags)).filter(([key]) => !VSS_ID_KEYS.includes(key) && key !== TAG.consistency);
  return [Object.fromEntries(later.filter(([key]) => !isUsersKey(key))), Object.fromEntries(later.filter(([key]) => isUsersKey(key)))];
};
