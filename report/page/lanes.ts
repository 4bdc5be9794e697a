import type { AttemptPicture, FreezePhase, ScriptPhase, SetPhase, Span } from '../model/picture';
import { length, milliseconds, offset } from './format';
import { failureOf, tellFreeze, tellGuardian, tellScript, tellSet } from './tell';

/** One line of an attempt's chart: what it is, where its bar lies, and what is told of it. */
export interface Lane {
  readonly kind: 'pre' | 'freeze' | 'set' | 'post' | 'guardian';
  readonly label: string;
  readonly span: Span | undefined;
  /** Beside the bar. */
  readonly value: string;
  /** What went wrong, in a few words; also drawn otherwise. */
  readonly failure: string;
  /** Its end, or all of it, is not known. */
  readonly vague: boolean;
  /** In words, when it is pointed at. */
  readonly told: readonly string[];
  /** The detail of the event that tells of it. */
  readonly source: object | undefined;
}

/** The lanes of an attempt, in the order of what they show. `closing` tells of freeze, set and guardian. */
export const lanesOf = ({ pre, posts, freeze, set, span }: AttemptPicture, closing: object | undefined): readonly Lane[] => {
  const origin = span?.from ?? 0;
  return [
    ...(pre === undefined ? [] : [scriptLane(pre, 0, origin)]),
    ...(freeze === undefined ? [] : [{ ...freezeLane(freeze), source: closing }]),
    ...(set === undefined ? [] : [{ ...setLane(set, origin), source: closing }]),
    ...posts.map((post, index) => scriptLane(post, index, origin)),
    ...(freeze?.span === undefined || freeze.deadline === undefined
      ? []
      : [{ ...guardianLane(freeze, freeze.span, freeze.deadline, origin), source: closing }]),
  ];
};

const SCRIPTS = { pre: 'Pre-script', post: 'Post-script', thaw: 'Recovery thaw', vss: 'VSS backup' } as const;

const scriptLane = (script: ScriptPhase, index: number, origin: number): Lane => {
  const { kind, from, to, detail } = script;
  const label = index === 0 ? SCRIPTS[kind] : `${SCRIPTS[kind]}, again`;
  const lasted = to === undefined ? 'end not told' : length(to - from);
  return {
    kind: kind === 'pre' ? 'pre' : 'post',
    label,
    span: { from, to: to ?? from },
    value: detail.stillpoint.outcome === 'refused' ? 'refused' : lasted,
    failure: failureOf(script),
    vague: to === undefined,
    told: tellScript(label, script, origin),
    source: detail,
  };
};

const freezeLane = (freeze: FreezePhase): Omit<Lane, 'source'> => ({
  kind: 'freeze',
  label: freeze.kind === 'bound' ? 'Frozen, at most' : 'Frozen',
  span: freeze.span,
  value: freeze.ms === undefined ? 'end not told' : milliseconds(freeze.ms),
  failure: freeze.told.thawed_by === 'auto-thaw' ? 'auto-thaw' : '',
  vague: freeze.kind !== 'measured',
  told: tellFreeze(freeze),
});

const SET_FAILURES = { created: '', failed: 'refused', unclear: 'no answer', '': '' } as const;

const setLane = (set: SetPhase, origin: number): Omit<Lane, 'source'> => ({
  kind: 'set',
  label: 'Snapshot set',
  span: set.span,
  value: set.span === undefined ? 'when: not told' : length(set.span.to - set.span.from),
  failure: SET_FAILURES[set.told.set],
  vague: set.told.set === 'unclear',
  told: tellSet(set, origin),
});

const guardianLane = (freeze: FreezePhase, span: Span, deadline: number, origin: number): Omit<Lane, 'source'> => ({
  kind: 'guardian',
  label: 'Guardian',
  span: { from: span.from, to: Math.max(span.from, deadline) },
  value: `until ${offset(deadline - origin)}`,
  failure: '',
  vague: true,
  told: tellGuardian(deadline, freeze, origin),
});
