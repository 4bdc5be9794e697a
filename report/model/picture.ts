import type { CompletionDetail } from '../../lambda/core/event/completion-event';
import type { ExecutionDetail } from '../../lambda/core/event/execution-event';
import type { PossiblyFrozenDetail } from '../../lambda/core/event/possibly-frozen-event';
import type { ScriptDetail } from '../../lambda/core/event/script-event';
import type { TimelineEntry } from '../../lambda/core/event/timeline';
import type { StillpointEvent } from '../events/stillpoint-event';

/** From when to when: epoch milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One command on the instance. `vss` makes the set from there. A `thaw` is a post-script after a pre-script that may have left something frozen. */
export interface ScriptPhase {
  readonly kind: 'pre' | 'post' | 'thaw' | 'vss';
  readonly from: number;
  /** Absent: its end was not told. */
  readonly to: number | undefined;
  readonly detail: ScriptDetail;
}

export interface FreezePhase {
  /** On the clock of the scripts; absent when the events don't tell where it lay. */
  readonly span: Span | undefined;
  /** `measured` on the instance; `bound`: no longer than this, by the scripts' times; `open`: its end is not known. */
  readonly kind: 'measured' | 'bound' | 'open';
  readonly ms: number | undefined;
  /** When the guardian ends it by itself, on the clock of the scripts. */
  readonly deadline: number | undefined;
  /** What has to be added to the instance's times to get those of the scripts, milliseconds: 0 while they agree. */
  readonly clockOffset: number;
  readonly told: TimelineEntry;
}

export interface SetPhase {
  /** Absent: an earlier worker made the call, and its times are not known. */
  readonly span: Span | undefined;
  readonly told: TimelineEntry;
}

export interface AttemptPicture {
  /** 0: a set without scripts around it. */
  readonly number: number;
  readonly pre: ScriptPhase | undefined;
  readonly posts: readonly ScriptPhase[];
  readonly freeze: FreezePhase | undefined;
  readonly set: SetPhase | undefined;
  /** All of the attempt; absent when no time is known of it. */
  readonly span: Span | undefined;
}

/** What became of one instance in one run. */
export interface TargetPicture {
  readonly executionId: string;
  readonly instanceId: string;
  readonly executionHandler: string;
  readonly attempts: readonly AttemptPicture[];
  /** Absent: the closing event is not among the events. */
  readonly closing: ExecutionDetail | undefined;
  /** EC2 could not complete the set that the closing event tells of. */
  readonly withdrawn: CompletionDetail | undefined;
  readonly alarms: readonly PossiblyFrozenDetail[];
  readonly events: readonly StillpointEvent[];
  readonly span: Span | undefined;
}

/** One policy at one due minute. */
export interface RunPicture {
  /** `POLICY@DUE` */
  readonly id: string;
  readonly policyId: string;
  readonly region: string;
  readonly account: string;
  readonly targets: readonly TargetPicture[];
  readonly span: Span | undefined;
}

/** The span around spans and moments; undefined around none. */
export const around = (parts: readonly (Span | number | undefined)[]): Span | undefined => {
  const times = parts.flatMap((part) => (part === undefined ? [] : typeof part === 'number' ? [part] : [part.from, part.to]));
  return times.length === 0 ? undefined : { from: Math.min(...times), to: Math.max(...times) };
};

/** Epoch milliseconds of an event's time; undefined for "" and for what is no date. */
export const moment = (text: string): number | undefined => {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
};
