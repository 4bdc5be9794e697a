import type { CapabilityName } from '../support/capabilities';

/** What real instances take. */
export const REAL: readonly CapabilityName[] = ['mount-namespaces', 'loop-devices', 'ext4', 'xfs'];
