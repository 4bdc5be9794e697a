import { selectVolumes } from '../execution/set-request';
import type { SetPlan } from '../execution-message';
import { sharingOf } from '../lifecycle/sharing/share-rules';
import { isShareable } from '../lifecycle/sharing/shareable';
import type { InstanceFacts, PreflightFacts } from './facts';
import { type Finding, ok, warning } from './finding';

/** Which snapshots of a set would not be shared, although a schedule has ShareRules. The backup is made all the same. */
export const sharingFindings = (
  { policy, schedules, volumeKeys }: PreflightFacts,
  plan: SetPlan,
  { volumes }: InstanceFacts,
): readonly Finding[] => {
  const sharing = sharingOf(policy.Schedules.filter(({ Name }) => schedules.includes(Name)));
  if (sharing === undefined) return [];
  const selection = selectVolumes(plan, volumes);
  const refused = selection.ok ? selection.volumes.filter((volume) => !isShareable(volume, volumeKeys)) : [];
  const accounts = sharing.accounts.length === 1 ? '1 account' : `${sharing.accounts.length} accounts`;
  if (refused.length === 0) return [ok('sharing', `with ${accounts}`)];
  const found = refused.map(({ volumeId, keyId = '' }) => `${volumeId} (${keyId})`).join(', ');
  return [
    warning(
      'sharing',
      `not shared with ${accounts}, since volumeKeys does not name their keys: ${found}`,
      'A customer managed key: name it in volumeKeys. The default EBS key: encrypt the volume anew; docs/policies.md.',
    ),
  ];
};
