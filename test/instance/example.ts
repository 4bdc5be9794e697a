import { join, resolve } from 'node:path';
import type { ApplicationSpec } from '../../sandbox/instance';
import { testVolume } from '../support/machines';

export const EXAMPLE = resolve(import.meta.dirname, '../../sandbox/example');
const PROGRAM = join(EXAMPLE, 'application/ledger.mjs');

/** The example fleet's application. */
export const ledger = (...flags: readonly string[]): ApplicationSpec => ({
  start: `exec node ${PROGRAM} serve ${flags.join(' ')}`,
  ready: `node ${PROGRAM} ping`,
  verify: `node ${PROGRAM} verify "$RESTORED"`,
});

export const ledgerVolumes = () => [testVolume('ext4', '/journal'), testVolume('xfs', '/ledger')] as const;
