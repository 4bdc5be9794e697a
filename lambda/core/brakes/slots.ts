/** What freezes are counted over: the whole account and region, or one policy. */
export type SlotScope = 'account' | { readonly policyId: string };

/** No more than `maximum` freezes at once within the scope. */
export interface FreezeLimit {
  readonly scope: SlotScope;
  readonly maximum: number;
}

/** One of a limit's places, 1 to its maximum, taken by an execution until a time at which its freeze is certainly over. */
export interface Slot {
  readonly number: number;
  readonly executionId: string;
  readonly expires: Date;
}

/** A slot that was never given back counts until it expires: its worker died. */
export const isHeld = (slot: Slot, now: Date): boolean => slot.expires.getTime() > now.getTime();

/**
 * The slot to try for: the execution's own, which it takes again at once, else a free one, picked by `random` (0 to 1) so that
 * executions that look at the same moment rarely try the same. `undefined`: the limit is full. Slots beyond a maximum that was
 * lowered count as well.
 */
export const chooseSlot = (slots: readonly Slot[], maximum: number, executionId: string, now: Date, random: number): number | undefined => {
  const own = slots.find((slot) => slot.executionId === executionId && slot.number <= maximum);
  if (own !== undefined) return own.number;
  const held = slots.filter((slot) => slot.executionId !== executionId && isHeld(slot, now));
  if (held.length >= maximum) return undefined;
  const taken = new Set(held.map(({ number }) => number));
  const free = Array.from({ length: maximum }, (_, index) => index + 1).filter((number) => !taken.has(number));
  return free[Math.min(free.length - 1, Math.floor(random * free.length))];
};
