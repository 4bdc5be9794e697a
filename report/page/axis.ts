import type { Span } from '../model/picture';

/** Time from left to right. */
export interface Axis {
  readonly from: number;
  /** Milliseconds, more than 0. */
  readonly length: number;
  /** Milliseconds between ticks. */
  readonly step: number;
  /** Milliseconds from the start. */
  readonly ticks: readonly number[];
}

const MOST_TICKS = 6;
/** What people count time in: 1, 2, 5 and their tens below a minute, then clock units. */
const CLOCK_STEPS = [15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400].map((seconds) => seconds * 1_000);
const DECIMAL_STEPS = [1, 10, 100, 1_000].flatMap((ten) => [1, 2, 5].map((digit) => digit * ten)).concat(10_000);

/** An axis that begins where the span does and ends a little after it. */
export const axisOf = (span: Span): Axis => axisFor(span.from, span.to - span.from);

export const axisFor = (from: number, ms: number): Axis => {
  const length = Math.max(ms, 1) * 1.02;
  const step = [...DECIMAL_STEPS, ...CLOCK_STEPS].find((candidate) => length / candidate <= MOST_TICKS) ?? length / MOST_TICKS;
  const ticks = Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
  return { from, length, step, ticks };
};

/** Where a span lies on an axis, in shares of its length; what is outside of it is cut off. */
export const placeOn = (axis: Axis, { from, to }: Span): { readonly at: number; readonly width: number } => {
  const share = (time: number): number => Math.min(1, Math.max(0, (time - axis.from) / axis.length));
  return { at: share(from), width: share(to) - share(from) };
};
