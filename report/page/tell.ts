import type { FreezePhase, ScriptPhase, SetPhase } from '../model/picture';
import { clock, length, milliseconds, offset } from './format';
import { failureInWords, THAWED_BY } from './words';

/** A moment in UTC, and from the start of its attempt. */
const when = (time: number, origin: number): string => `${clock(time)} (${offset(time - origin)})`;

/** How a script failed; empty when it did not. */
export const failureOf = ({ detail }: ScriptPhase): string => {
  if (detail.result !== 'failed') return '';
  const { outcome, exit_code } = detail.stillpoint;
  if (detail.script_stage === '') return outcome === 'succeeded' ? 'its snapshots are in doubt' : outcome.replace('-', ' ');
  const unlisted = exit_code !== null && String(exit_code) !== detail.cause;
  return failureInWords(detail.cause, outcome) + (unlisted ? ` (exit code ${exit_code})` : '');
};

export const tellScript = (label: string, script: ScriptPhase, origin: number): readonly string[] => {
  const { from, to, detail } = script;
  const { outcome, error, command_id } = detail.stillpoint;
  const result = detail.result === 'failed' ? `failed, ${failureOf(script)}` : detail.result;
  const times =
    outcome === 'refused'
      ? `Refused at ${when(from, origin)}.`
      : `Sent at ${when(from, origin)}, ${to === undefined ? 'end not told' : `ended at ${when(to, origin)}`}.`;
  const command = command_id === '' ? [] : [`Document ${detail.execution_handler}, command ${command_id}.`];
  return [`${label}: ${result}.`, times, ...(error === '' ? [] : [error]), ...command];
};

export const tellFreeze = ({ kind, ms, clockOffset, told }: FreezePhase): readonly string[] => {
  const lasted = ms === undefined ? 'its end was not told' : `${milliseconds(ms)}, ${THAWED_BY[told.thawed_by]}`;
  if (kind === 'bound')
    return [
      `Frozen for at most ${lasted}.`,
      'The document measures nothing: this is from the start of the pre-script to the end of the post-script.',
    ];
  const thawed = told.thawed_at === '' ? 'a time that was not told' : timeOf(told.thawed_at);
  return [
    ms === undefined ? `Frozen; ${lasted}.` : `Frozen for ${lasted}.`,
    ...(told.frozen_at === '' ? [] : [`By the clock of the instance from ${timeOf(told.frozen_at)} to ${thawed}.`]),
    ...(clockOffset === 0
      ? []
      : [
          `That clock is about ${length(Math.abs(clockOffset))} ${clockOffset > 0 ? 'behind' : 'ahead'}; the bar is placed by the scripts.`,
        ]),
  ];
};

/** The instance's own time of day. */
const timeOf = (told: string): string => told.slice(11, -1);

export const tellSet = ({ span, told }: SetPhase, origin: number): readonly string[] => {
  const answers = {
    created: 'CreateSnapshots made the set.',
    failed: `CreateSnapshots: ${told.set_error}`,
    unclear: 'CreateSnapshots gave no answer.',
    '': '',
  };
  const times =
    span === undefined
      ? 'An earlier worker made the call: its times are not known.'
      : `Called at ${when(span.from, origin)}, answered at ${when(span.to, origin)}.`;
  return [answers[told.set], times];
};

export const tellGuardian = (deadline: number, { told }: FreezePhase, origin: number): readonly string[] => [
  `The guardian on the instance ${told.thawed_by === 'auto-thaw' ? 'was to end' : 'would have ended'} the freeze by itself at ${when(deadline, origin)}${
    told.thawed_by === 'auto-thaw' ? ', and did' : ''
  }.`,
];
