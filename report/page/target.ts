import type { ExecutionDetail } from '../../lambda/core/event/execution-event';
import type { AttemptPicture, TargetPicture } from '../model/picture';
import { type Axis, axisFor } from './axis';
import { badge, verdictOf } from './badge';
import { renderChart } from './chart';
import { entriesOf, renderEvents } from './event-list';
import { clock, length, milliseconds } from './format';
import { type Html, html } from './html';
import { ALARMS, reasonInWords, VERDICTS } from './words';

export interface TargetContext {
  /** The card's anchor. */
  readonly id: string;
  /** What people call the instance. */
  readonly name: string | undefined;
}

/** One instance's card: verdict, freeze window, an attempt below the other, facts, events. */
export const renderTarget = (target: TargetPicture, { id, name }: TargetContext): Html => {
  const { closing, attempts, alarms, instanceId, executionHandler } = target;
  const entries = entriesOf(target, id);
  const anchors = new Map<object, string>(entries.map(({ event, anchor }) => [event.detail, anchor]));
  const anchorOf = (detail: object | undefined): string => (detail && anchors.get(detail)) ?? id;
  const drawn = attempts.flatMap((attempt) => (attempt.span === undefined ? [] : [{ ...attempt, span: attempt.span }]));
  const longest = Math.max(1, ...drawn.map(({ span }) => span.to - span.from));
  return html`<article class="target" id="${id}" aria-labelledby="${id}-name">
<header>
<div>
<h3 id="${id}-name">${name ?? instanceId}</h3>
<p class="what">${name === undefined ? '' : `${instanceId} \u00b7 `}${executionHandler || 'no scripts'}</p>
</div>
${badge(verdictOf(target))}
${renderWindow(closing)}
</header>
<p class="reason">${closing === undefined ? `Not closed: ${VERDICTS.open.meaning}.` : reasonInWords(closing.reason)}${
    said(closing) ? html` <span class="said">${said(closing)}</span>` : undefined
  }</p>
${alarms.map(
  ({ reason, thaw_command }) =>
    html`<div class="alarm" role="note"><p><b>Possibly frozen.</b> ${ALARMS[reason]} Look who holds the freeze, then thaw by hand:</p><pre>${thaw_command}</pre></div>`,
)}
${drawn.map((attempt, index) =>
  renderAttempt(attempt, {
    id: `${id}-a${attempt.number}`,
    axis: axisFor(attempt.span.from, longest),
    before: drawn[index - 1]?.span.to,
    alone: drawn.length === 1,
    chart: { closing, anchorOf },
  }),
)}
${closing === undefined ? undefined : renderFacts(closing)}
${renderEvents(entries, target.span?.from ?? 0)}
</article>
`;
};

/** What the event says beyond the reason, if that is more. */
const said = (closing: ExecutionDetail | undefined): string => {
  if (closing === undefined || reasonInWords(closing.reason).toLowerCase() === `${closing.detail.toLowerCase()}.`) return '';
  return closing.detail;
};

const renderWindow = (closing: ExecutionDetail | undefined): Html | undefined => {
  if (closing === undefined || closing.freeze_window_ms === null) return undefined;
  const [number = '', unit = ''] = milliseconds(closing.freeze_window_ms).split('\u00a0');
  return html`<p class="window"><b>${number}</b> ${unit} ${closing.freeze_window_source === 'commands' ? 'frozen, at most' : 'frozen'}</p>`;
};

interface AttemptContext {
  readonly id: string;
  readonly axis: Axis;
  /** When the attempt before ended. */
  readonly before: number | undefined;
  readonly alone: boolean;
  readonly chart: Pick<Parameters<typeof renderChart>[1], 'closing' | 'anchorOf'>;
}

const renderAttempt = (attempt: AttemptPicture, { id, axis, before, alone, chart }: AttemptContext): Html => {
  const title = attempt.number === 0 ? 'Set without scripts' : `Attempt ${attempt.number}`;
  const wait = before === undefined ? '' : `${length(Math.max(0, axis.from - before))} later`;
  const [from, to] = [attempt.span?.from ?? axis.from, attempt.span?.to ?? axis.from];
  const facts = [`${clock(from)} UTC`, wait, `took ${length(to - from)}`].filter((fact) => fact !== '');
  return html`<section class="attempt" aria-labelledby="${id}">
<h4 id="${id}">${alone && attempt.number === 1 ? 'One attempt' : title} <small>${facts.join(' \u00b7 ')}</small></h4>
${renderChart(attempt, { id, axis, ...chart })}
</section>`;
};

const renderFacts = ({ resources, coverage, coordinates, schedules, due_time, start_time }: ExecutionDetail): Html => {
  const late = Date.parse(start_time) - Date.parse(due_time);
  return html`<dl class="facts">
<div><dt>Snapshots</dt><dd>${resources.length === 0 ? 'none' : undefined}${resources.map(
    ({ resource_id, source }) => html`<span class="item">${lastSegment(resource_id)} <small>of ${lastSegment(source)}</small></span>`,
  )}</dd></div>
${
  coverage.length === 0
    ? undefined
    : html`<div><dt>${coverage.length === 1 ? 'Filesystem' : 'Filesystems'}</dt><dd>${coverage.map(
        ({ mount, type, held, reason }) =>
          html`<span class="item">${mount} <small>${type}, ${held ? 'held' : `not held${reason === '' ? '' : `: ${reason}`}`}</small></span>`,
      )}</dd></div>`
}
${
  Object.keys(coordinates).length === 0
    ? undefined
    : html`<div><dt>Coordinates</dt><dd>${Object.entries(coordinates).map(
        ([key, value]) => html`<span class="item"><small>${key}</small> ${value}</span>`,
      )}</dd></div>`
}
<div><dt>Due</dt><dd><span class="item">${due_time.slice(0, 16).replace('T', ' ')} <small>UTC${
    Number.isFinite(late) ? `, begun ${late < 10_000 ? `${(late / 1_000).toFixed(1)}\u00a0s` : length(late)} later` : ''
  }</small></span><span class="item"><small>${schedules.join(', ')}</small></span></dd></div>
</dl>`;
};

const lastSegment = (arn: string): string => arn.split(/[/:]/).at(-1) ?? arn;
