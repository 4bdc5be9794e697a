import { targetAccounts } from '../lambda/core/lifecycle/sharing/share-rules';
import type { Policy } from '../lambda/core/policy/policy-schema';

/**
 * The variable VOLUME_KEYS of functions that ask which snapshots can be shared: the keys' ARNs, and nothing where no policy shares, since all
 * variables of a function together have 4 KB, which ends at about 45 keys.
 */
export const volumeKeysVariable = (policies: readonly Policy[], volumeKeys: readonly string[]): string =>
  targetAccounts(policies.flatMap(({ Schedules }) => Schedules)).length === 0 ? '' : volumeKeys.join();
