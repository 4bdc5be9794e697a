import type { ExecutionDetail } from '../../lambda/core/event/execution-event';
import type { AttemptPicture, TargetPicture } from '../model/picture';
import { type Axis, axisFor } from './axis';
import { badge, verdictOf } from './badge';
import { renderChart } from './chart';
import { entriesOf, renderEvents } from './event-list';
import { renderFacts } from './facts';
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
  const { closing, withdrawn, attempts, alarms, instanceId, executionHandler } = target;
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
${
  withdrawn === undefined
    ? undefined
    : html`<p class="reason">${reasonInWords(withdrawn.reason)} <span class="said">It was ${withdrawn.told_consistency}. ${withdrawn.detail}</span></p>`
}
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
