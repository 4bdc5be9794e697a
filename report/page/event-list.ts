import type { CompletionDetail } from '../../lambda/core/event/completion-event';
import type { StillpointEvent } from '../events/stillpoint-event';
import { moment, type TargetPicture } from '../model/picture';
import { clock, offset, plural } from './format';
import { type Html, html } from './html';
import { ALARMS, causeInWords } from './words';

interface Entry {
  readonly event: StillpointEvent;
  readonly at: number;
  readonly anchor: string;
}

/** A target's events in the order of what they tell, each with an anchor. */
export const entriesOf = ({ events }: TargetPicture, id: string): readonly Entry[] =>
  events
    .map((event) => ({ event, at: timeOf(event) }))
    .sort((a, b) => a.at - b.at)
    .map((entry, index) => ({ ...entry, anchor: `${id}-e${index}` }));

const timeOf = ({ kind, time, detail }: StillpointEvent): number => {
  if (kind === 'script') return moment(detail.end_time) ?? moment(detail.start_time) ?? 0;
  return moment(kind === 'possibly-frozen' ? time : detail.end_time) ?? 0;
};

/** All that the events say, in words. */
export const renderEvents = (entries: readonly Entry[], origin: number): Html =>
  html`<details class="events"><summary>${plural(entries.length, 'event')}</summary><ol>
${entries.map(
  ({ event, at, anchor }) =>
    html`<li id="${anchor}" tabindex="-1"><span class="when">${clock(at)} <small>${offset(at - origin)}</small></span><span>${describe(event)}</span></li>
`,
)}</ol></details>`;

const describe = (event: StillpointEvent): Html => {
  switch (event.kind) {
    case 'script':
      return describeScript(event);
    case 'closing':
      return html`<b>Closed</b>: ${event.detail.result}, ${event.detail.consistency} (${event.detail.reason})${
        event.detail.cause === '' ? '' : `, ${causeInWords(event.detail.cause)}`
      }`;
    case 'completion':
      return describeCompletion(event.detail);
    case 'possibly-frozen':
      return html`<b>Possibly frozen</b>: ${ALARMS[event.detail.reason]}`;
  }
};

const STAGES = { PRE: 'Pre-script', POST: 'Post-script', '': 'VSS backup' } as const;

const describeCompletion = ({ result, consistency, told_consistency, detail }: CompletionDetail): Html =>
  result === 'confirmed'
    ? html`<b>Confirmed</b>: EC2 completed the set, ${consistency}`
    : html`<b>Withdrawn</b>: EC2 could not complete the set, told as ${told_consistency}${detail === '' ? undefined : html`<span class="fact">${detail}</span>`}`;

const describeScript = ({ recovery, detail }: Extract<StillpointEvent, { kind: 'script' }>): Html => {
  const { attempt, exit_code, outcome, error, command_id } = detail.stillpoint;
  const facts = [
    detail.cause === '' ? '' : causeInWords(detail.cause),
    outcome === '' || outcome === 'succeeded' || outcome === 'failed' ? '' : outcome.replace('-', ' '),
    exit_code === null || exit_code === 0 || String(exit_code) === detail.cause ? '' : `exit code ${exit_code}`,
    error,
    command_id === '' ? '' : `command ${command_id}`,
  ].filter((fact) => fact !== '');
  const name = recovery ? 'Recovery thaw' : STAGES[detail.script_stage];
  return html`<b>${name} ${detail.result}</b>, attempt ${attempt}${facts.map((fact) => html`<span class="fact">${fact}</span>`)}`;
};
