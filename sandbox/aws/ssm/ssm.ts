import type { Agent } from '../../instance/ports';
import type { FleetInstance } from '../../ports';
import type { Account } from '../account';
import type { Clock } from '../clock';
import type { Faults } from '../faults';
import type { Timing } from '../timing';
import type { Command } from './command';
import type { DocumentStore } from './document-store';

/** A managed node, as SSM sees it. */
export interface ManagedNode {
  readonly fleet: FleetInstance;
  /** Online agents get commands; others are known, and commands for them stay Pending. */
  readonly agent: () => Agent | undefined;
}

/** What SSM's operations work with. */
export interface Ssm {
  readonly account: Account;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly faults: Faults;
  readonly documents: DocumentStore;
  /** Registered instances only. */
  readonly nodes: ReadonlyMap<string, ManagedNode>;
  /** EC2's tags of an instance, as they are now. */
  readonly instanceTags: (instanceId: string) => Iterable<readonly [string, string]>;
  /** Newest last. */
  readonly commands: Map<string, Command>;
}
