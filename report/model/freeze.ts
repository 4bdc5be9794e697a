import type { TimelineEntry } from '../../lambda/core/event/timeline';
import { type FreezePhase, moment, type ScriptPhase, type Span } from './picture';

/** The freeze of an attempt, put on the clock of its scripts; undefined when nothing is told of one. */
export const freezePhase = (told: TimelineEntry, pre: ScriptPhase | undefined, posts: readonly ScriptPhase[]): FreezePhase | undefined => {
  const ms = told.freeze_window_ms ?? undefined;
  if (told.freeze_window_source === 'commands') return { ...UNPLACED, kind: 'bound', span: boundBy(pre, posts), ms, told };
  const frozen = moment(told.frozen_at);
  if (frozen === undefined) return ms === undefined ? undefined : { ...UNPLACED, kind: 'measured', ms, told };
  const thawed = moment(told.thawed_at);
  const clockOffset = offsetOf({ frozen, thawed, byPost: told.thawed_by === 'post' }, pre, posts);
  const autoThaw = moment(told.auto_thaw_at);
  const from = frozen + clockOffset;
  const deadline = autoThaw === undefined ? undefined : autoThaw + clockOffset;
  const end = thawed === undefined ? lastEnd(from, pre, posts) : thawed + clockOffset;
  return { kind: thawed === undefined ? 'open' : 'measured', span: { from, to: Math.max(from, end) }, ms, deadline, clockOffset, told };
};

const UNPLACED = { span: undefined, deadline: undefined, clockOffset: 0 } as const;

/** Without a document that measures: from the pre-script's start to the end of the post-script that succeeded. */
const boundBy = (pre: ScriptPhase | undefined, posts: readonly ScriptPhase[]): Span | undefined => {
  const to = posts.findLast(({ detail }) => detail.result === 'success')?.to;
  return pre === undefined || to === undefined ? undefined : { from: pre.from, to };
};

const lastEnd = (from: number, pre: ScriptPhase | undefined, posts: readonly ScriptPhase[]): number =>
  Math.max(from, ...[pre, ...posts].flatMap((script) => script?.to ?? script?.from ?? []));

interface OnInstance {
  readonly frozen: number;
  readonly thawed: number | undefined;
  readonly byPost: boolean;
}

/**
 * The instance's clock may be off. What is certain: it froze within the pre-script, and thawed before the post-script ended and, where
 * the post-script thawed it, after that was sent. While the told times keep to that they stand; else they are moved to the latest
 * place where they do: both scripts end soon after what they did.
 */
const offsetOf = ({ frozen, thawed, byPost }: OnInstance, pre: ScriptPhase | undefined, posts: readonly ScriptPhase[]): number => {
  const [first, last] = [posts.at(0), posts.findLast(({ to }) => to !== undefined)];
  const lows = [
    ...(pre === undefined ? [] : [pre.from - frozen]),
    ...(thawed === undefined || first === undefined || !byPost ? [] : [first.from - thawed]),
  ];
  const highs = [
    ...(pre?.to === undefined ? [] : [pre.to - frozen]),
    ...(thawed === undefined || last?.to === undefined ? [] : [last.to - thawed]),
  ];
  const low = Math.max(...lows);
  const high = Math.min(...highs);
  if (low <= 0 && 0 <= high) return 0;
  return Number.isFinite(high) ? high : Number.isFinite(low) ? low : 0;
};
