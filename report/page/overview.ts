import type { RunPicture, TargetPicture } from '../model/picture';
import { axisOf } from './axis';
import { badge, verdictOf } from './badge';
import { position, tickClasses, toldTicks } from './chart';
import { clock, dateAndTime, length, milliseconds, percent, plural } from './format';
import { type Html, html } from './html';

export type NameOf = (instanceId: string) => string | undefined;

/** When each target of a run was frozen, on one time axis: a row a target, which leads to its card. */
export const renderOverview = (run: RunPicture, id: string, nameOf: NameOf): Html => {
  if (run.span === undefined) return html``;
  const axis = axisOf(run.span);
  return html`<div class="overview" style="--step:${percent(axis.step / axis.length)}">
<ol>
${run.targets.map((target, index) => {
  const freezes = target.attempts.flatMap(({ freeze }) => freeze ?? []);
  return html`<li><a href="#${id}-t${index}">
<span class="who">${nameOf(target.instanceId) ?? target.instanceId}</span>
${badge(verdictOf(target))}
<span class="track" aria-hidden="true">${target.attempts.map(({ span }) => (span === undefined ? undefined : html`<i class="busy" style="${position(axis, span)}"></i>`))}${freezes.map(
    ({ span, kind }) =>
      span === undefined ? undefined : html`<i class="bar${kind === 'measured' ? '' : ' vague'}" style="${position(axis, span)}"></i>`,
  )}</span>
<span class="ms">${frozenFor(target)}</span>
</a></li>
`;
})}</ol>
<div class="ticks" aria-hidden="true">${toldTicks(axis).map(
    (tick, index, ticks) =>
      html`<span class="${tickClasses(index, tick / axis.length, ticks.length)}" style="--x:${percent(tick / axis.length)}"><small>${clock(axis.from + tick).slice(0, axis.step < 1_000 ? 12 : 8)}</small></span>`,
  )}</div>
</div>`;
};

const frozenFor = ({ closing, attempts, alarms }: TargetPicture): Html => {
  const retries = attempts.filter(({ number }) => number > 1).length;
  const ms = closing?.freeze_window_ms ?? undefined;
  return html`${ms === undefined ? undefined : html`<b>${milliseconds(ms)}</b>`}${
    ms === undefined && alarms.length === 0 ? html`<span class="never">no freeze told</span>` : undefined
  }${alarms.length === 0 ? undefined : html` <span class="doubtful">in doubt</span>`}${
    retries === 0 ? undefined : html` <small>${plural(retries, 'retry', 'retries')}</small>`
  }`;
};

/** A run's heading: policy, due minute, how long it took. */
export const runHeading = ({ id, policyId, span, targets }: RunPicture): Html => {
  const due = id.startsWith(`${policyId}@`) ? id.slice(policyId.length + 1) : '';
  const facts = [
    due === '' ? '' : `due ${due.replace('T', ' ').replace(/Z$/, ' UTC')}`,
    plural(targets.length, 'target'),
    span === undefined ? '' : `${dateAndTime(span.from)} to ${clock(span.to).slice(0, 8)} UTC, ${length(span.to - span.from)}`,
  ].filter((fact) => fact !== '');
  return html`<h2>${policyId || id}</h2><p class="when">${facts.join(' \u00b7 ')}</p>`;
};
