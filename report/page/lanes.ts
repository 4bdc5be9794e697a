import type { AttemptPicture, FreezePhase, ScriptPhase, SetPhase, Span } from '../model/picture';
import { clock, length, milliseconds, offset, plural } from './format';
import { failureInWords, THAWED_BY } from './words';

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
    ...(freeze?.span === undefined || freeze.deadline === undefined ? [] : [{ ...guardianLane(freeze, origin), source: closing }]),
  ];
};

const SCRIPTS = { pre: 'Pre-script', post: 'Post-script', thaw: 'Recovery thaw' } as const;

const scriptLane = ({ kind, from, to, detail }: ScriptPhase, index: number, origin: number): Lane => {
  const { outcome, exit_code, error, command_id } = detail.stillpoint;
  const failed = detail.result === 'failed';
  const label = index === 0 ? SCRIPTS[kind] : `${SCRIPTS[kind]}, again`;
  const sent = outcome === 'refused' ? 'refused at' : 'sent at';
  return {
    kind: kind === 'pre' ? 'pre' : 'post',
    label,
    span: { from, to: to ?? from },
    value: to === undefined ? 'end not told' : outcome === 'refused' ? 'refused' : length(to - from),
    failure: failed ? describeFailure(outcome, detail.cause, exit_code) : '',
    vague: to === undefined,
    told: [
      `${label}: ${failed ? `failed, ${describeFailure(outcome, detail.cause, exit_code)}` : detail.result}.`,
      `${sent} ${clock(from)} (${offset(from - origin)})${to === undefined || outcome === 'refused' ? '' : `, ended at ${clock(to)} (${offset(to - origin)})`}.`,
      ...(error === '' ? [] : [error]),
      ...(command_id === '' ? [] : [`Document ${detail.execution_handler}, command ${command_id}.`]),
    ],
    source: detail,
  };
};

const describeFailure = (outcome: string, cause: string, exitCode: number | null): string =>
  failureInWords(cause, outcome) + (exitCode !== null && String(exitCode) !== cause ? ` (exit code ${exitCode})` : '');

/** The instance's own time of day. */
const timeOf = (told: string): string => told.slice(11, -1);

const freezeLane = ({ span, kind, ms, clockOffset, told }: FreezePhase): Omit<Lane, 'source'> => ({
  kind: 'freeze',
  label: kind === 'bound' ? 'Frozen, at most' : 'Frozen',
  span,
  value: ms === undefined ? 'end not told' : milliseconds(ms),
  failure: told.thawed_by === 'auto-thaw' ? 'auto-thaw' : '',
  vague: kind !== 'measured',
  told: [
    ms === undefined
      ? 'Frozen; its end was not told.'
      : `Frozen ${kind === 'bound' ? 'for at most' : 'for'} ${milliseconds(ms)}, ${THAWED_BY[told.thawed_by]}.`,
    kind === 'bound'
      ? 'The document measures nothing: this is from the start of the pre-script to the end of the post-script.'
      : `By the clock of the instance${told.frozen_at === '' ? ', which tells no times' : ` from ${timeOf(told.frozen_at)} to ${told.thawed_at === '' ? 'a time that was not told' : timeOf(told.thawed_at)}`}.`,
    ...(clockOffset === 0
      ? []
      : [
          `That clock is ${length(Math.abs(clockOffset))} or so ${clockOffset > 0 ? 'behind' : 'ahead'}; the bar is placed by the scripts.`,
        ]),
  ],
});

const setLane = ({ span, told }: SetPhase, origin: number): Omit<Lane, 'source'> => ({
  kind: 'set',
  label: 'Snapshot set',
  span,
  value: span === undefined ? 'when: not told' : length(span.to - span.from),
  failure: told.set === 'failed' ? 'refused' : told.set === 'unclear' ? 'no answer' : '',
  vague: told.set === 'unclear',
  told: [
    told.set === 'created'
      ? 'CreateSnapshots made the set.'
      : told.set === 'failed'
        ? `CreateSnapshots: ${told.set_error}`
        : 'CreateSnapshots gave no answer.',
    span === undefined
      ? 'An earlier worker made the call: its times are not known.'
      : `Called at ${clock(span.from)} (${offset(span.from - origin)}), answered at ${clock(span.to)} (${offset(span.to - origin)}).`,
  ],
});

const guardianLane = ({ span, deadline = 0, told }: FreezePhase, origin: number): Omit<Lane, 'source'> => {
  const from = span?.from ?? deadline;
  return {
    kind: 'guardian',
    label: 'Guardian',
    span: { from, to: Math.max(from, deadline) },
    value: `until ${offset(deadline - origin)}`,
    failure: '',
    vague: true,
    told: [
      `The guardian on the instance would have ended the freeze by itself at ${clock(deadline)} (${offset(deadline - origin)})${
        told.thawed_by === 'auto-thaw' ? ', and did' : ''
      }.`,
    ],
  };
};

/** The chart in one sentence, for those who don't see it. */
export const chartInWords = (lanes: readonly Lane[]): string =>
  `${plural(lanes.length, 'bar')}: ${lanes.map(({ label, value }) => `${label} ${value}`).join(', ')}`;
