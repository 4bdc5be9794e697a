/** Tokens for DeleteSnapshot. EC2's bucket holds 100 and gets 5 a second, for all of the account: ours leaves the better part of it to others. */
const CAPACITY = 30;
const PER_SECOND = 3;

export interface Tokens {
  /** Below 0: so many are promised. */
  readonly left: number;
  /** When that was, in milliseconds. */
  readonly at: number;
}

export const fullTokens = (now: number): Tokens => ({ left: CAPACITY, at: now });

/** Take one token, and learn how long to wait before it is there. */
export const takeToken = ({ left, at }: Tokens, now: number): { readonly tokens: Tokens; readonly waitMs: number } => {
  const refilled = Math.min(CAPACITY, left + ((now - at) / 1_000) * PER_SECOND);
  const tokens = { left: refilled - 1, at: now };
  return { tokens, waitMs: Math.max(0, Math.ceil((-tokens.left / PER_SECOND) * 1_000)) };
};
