import type { BrakesTable } from '../brakes/brakes-table';
import type { OutgoingEvent, Place } from '../core/event/common';
import type { OwnSnapshot } from '../core/removal/what-stays';

/** What the removal function needs of the world. */
export interface RemovalPorts {
  readonly place: Place;
  readonly table: Pick<BrakesTable, 'underWay' | 'setStopSwitch' | 'stopSwitch'>;
  /** Messages of executions and of dead ones, waiting or in flight. */
  readonly messages: () => Promise<number>;
  readonly snapshots: () => Promise<readonly OwnSnapshot[]>;
  readonly publish: (events: readonly OutgoingEvent[]) => Promise<void>;
  readonly log: (level: 'info' | 'warn', message: string, fields: object) => void;
  readonly clock: { readonly now: () => Date; readonly sleep: (ms: number) => Promise<void> };
  /** Milliseconds that this invocation has left. */
  readonly remainingMs: () => number;
  /** Milliseconds for which nothing must be under way before that is believed. */
  readonly quietMs: number;
}
