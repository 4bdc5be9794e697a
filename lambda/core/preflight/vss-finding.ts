import { againstVss } from '../vss/against-vss';
import type { InstanceFacts } from './facts';
import { type Finding, failed, ok } from './finding';

const ADVICE = {
  'vss-not-windows': 'Take the target tag away, or another policy.',
  'vss-instance-type': 'Take a larger instance type.',
} as const;

/** Of policies that use VSS. Whether the profile lets the instance make snapshots can't be seen from here. */
export const vssFindings = (instance: InstanceFacts): readonly Finding[] => {
  const against = againstVss(instance);
  if (against !== undefined) return [failed('vss', against.detail, ADVICE[against.why])];
  if (instance.profile === undefined)
    return [
      failed(
        'vss',
        'no instance profile: VSS makes the snapshots from the instance, with its rights',
        'Give it a profile with AWSEC2VssSnapshotPolicy: docs/prerequisites.md.',
      ),
    ];
  return [ok('vss', `Windows, ${instance.instanceType}`)];
};
