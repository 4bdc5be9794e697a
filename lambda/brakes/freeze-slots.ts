import { chooseSlot, type FreezeLimit, type Slot } from '../core/brakes/slots';
import type { BrakesTable } from './brakes-table';

type Table = Pick<BrakesTable, 'slots' | 'takeSlot' | 'freeSlot'>;

export interface Holder {
  readonly executionId: string;
  /** When its freeze is certainly over, whatever becomes of its worker. */
  readonly expires: Date;
}

/** Executions that look at the same moment may choose the same slot: looks again at once, before the limit counts as full. */
const TRIES = 3;

/** Take a slot of every limit, or none at all. Returns the limit that is full; undefined: taken. */
export const takeSlots = async (
  table: Table,
  limits: readonly FreezeLimit[],
  holder: Holder,
  now: Date,
  random: () => number = Math.random,
): Promise<FreezeLimit | undefined> => {
  for (const [index, limit] of limits.entries()) {
    if (await takeSlot(table, limit, holder, now, random)) continue;
    await freeSlots(table, limits.slice(0, index), holder.executionId);
    return limit;
  }
  return undefined;
};

const takeSlot = async (
  table: Table,
  { scope, maximum }: FreezeLimit,
  { executionId, expires }: Holder,
  now: Date,
  random: () => number,
): Promise<boolean> => {
  for (let tried = 0; tried < TRIES; tried++) {
    const number = chooseSlot(await table.slots(scope), maximum, executionId, now, random());
    if (number === undefined) return false;
    const slot: Slot = { number, executionId, expires };
    if (await table.takeSlot(scope, slot, now)) return true;
  }
  return false;
};

/** Give back an execution's slots, whichever worker took them. */
export const freeSlots = async (table: Table, limits: readonly FreezeLimit[], executionId: string): Promise<void> => {
  for (const { scope } of limits) {
    const own = (await table.slots(scope)).filter((slot) => slot.executionId === executionId);
    for (const slot of own) await table.freeSlot(scope, slot);
  }
};
