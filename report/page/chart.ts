import type { AttemptPicture, Span } from '../model/picture';
import { type Axis, placeOn } from './axis';
import { clock, offset, percent } from './format';
import { type Html, html } from './html';
import { type Lane, lanesOf } from './lanes';

export interface ChartContext {
  /** Of the page's anchors; unique on the page. */
  readonly id: string;
  readonly axis: Axis;
  readonly closing: object | undefined;
  /** The anchor of the event whose detail this is. */
  readonly anchorOf: (detail: object | undefined) => string;
}

/** An attempt's lanes above a time axis. Each leads to its event, which is told below the chart while it is pointed at. */
export const renderChart = (attempt: AttemptPicture, { id, axis, closing, anchorOf }: ChartContext): Html => {
  const lanes = lanesOf(attempt, closing);
  const band = attempt.freeze?.kind === 'measured' ? attempt.freeze.span : undefined;
  return html`<div class="chart" style="--step:${percent(axis.step / axis.length)}">
${lanes.map((lane, index) => renderLane(lane, { index, id, axis, band, href: anchorOf(lane.source) }))}
${renderTicks(axis)}
</div>
<div class="readouts">${lanes.map(
    (lane, index) =>
      html`<p class="readout" id="${id}-r${index}" data-readout="${index}">${lane.told.map((sentence) => html`<span>${sentence}</span> `)}</p>`,
  )}</div>`;
};

interface LaneContext {
  readonly index: number;
  readonly id: string;
  readonly axis: Axis;
  readonly band: Span | undefined;
  readonly href: string;
}

const renderLane = (lane: Lane, { index, id, axis, band, href }: LaneContext): Html => {
  const classes = ['lane', lane.kind, lane.failure === '' ? '' : 'failed', lane.vague ? 'vague' : '']
    .filter((name) => name !== '')
    .join(' ');
  return html`<a class="${classes}" data-lane="${index}" href="#${href}" aria-describedby="${id}-r${index}">
<span class="label">${lane.label}${lane.failure === '' ? undefined : html` <span class="failure">\u2715 ${lane.failure}</span>`}</span>
<span class="track">${band === undefined ? undefined : html`<i class="band" style="${position(axis, band)}"></i>`}${
    lane.span === undefined ? undefined : html`<i class="bar${cut(axis, lane.span)}" style="${position(axis, lane.span)}"></i>`
  }</span>
<span class="value">${lane.value}</span>
</a>
`;
};

/** A bar that goes on beyond the axis ends with an arrow. */
const cut = (axis: Axis, { to }: Span): string => (to > axis.from + axis.length ? ' beyond' : '');

export const position = (axis: Axis, span: Span): string => {
  const { at, width } = placeOn(axis, span);
  return `--x:${percent(at)};--w:${percent(width)}`;
};

const renderTicks = ({ from, length, ticks }: Axis): Html =>
  html`<div class="ticks" aria-hidden="true">${ticks.map(
    (tick, index) =>
      html`<span class="${tickClasses(index, tick / length)}" style="--x:${percent(tick / length)}"><b>${
        index === 0 ? '0' : offset(tick)
      }</b><small>${clock(from + tick)}</small></span>`,
  )}</div>`;

/** Near the right end a tick's text stands to the left of it: at about 9 letters of a chart, more on a narrow page. Every other one is left out there. */
export const tickClasses = (index: number, share: number): string =>
  ['tick', index % 2 === 1 ? 'odd' : '', share > 0.88 ? 'last' : share > 0.7 ? 'late' : ''].filter((name) => name !== '').join(' ');
