import type { Account } from './account';
import type { Chance } from './chance';
import type { Promises } from './promises';

/** The volumes that an instance has now. */
export type Volumes = Map<string, readonly string[]>;

export interface World {
  readonly account: Account;
  readonly promises: Promises;
  readonly chance: Chance;
  readonly policies: readonly string[];
  readonly volumes: Volumes;
  /** Number for the next id of anything. */
  next(): number;
}

export const launch = ({ account, volumes }: Pick<World, 'account' | 'volumes'>, id: string, policy: string): void => {
  account.instances.set(id, { id, state: 'running', tags: new Map([['Backup', policy]]) });
  volumes.set(id, [`vol-${id}-root`, `vol-${id}-data`]);
};
