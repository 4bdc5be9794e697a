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

const renderTicks = (axis: Axis): Html =>
  html`<div class="ticks" aria-hidden="true">${toldTicks(axis).map(
    (tick, index, ticks) =>
      html`<span class="${tickClasses(index, tick / axis.length, ticks.length)}" style="--x:${percent(tick / axis.length)}"><b>${
        index === 0 ? '0' : offset(tick)
      }</b><small>${clock(axis.from + tick)}</small></span>`,
  )}</div>`;

/** Ticks whose text would reach beyond the axis have none; a narrow page has room for fewer. */
export const tickClasses = (index: number, share: number, ticks: number): string =>
  ['tick', index % 2 === 1 && ticks > 3 ? 'odd' : '', share > 0.74 ? 'late' : ''].filter((name) => name !== '').join(' ');

/** The ticks that have room for a text of about 12 letters. */
export const toldTicks = ({ ticks, length }: Axis): readonly number[] => ticks.filter((tick) => tick / length <= 0.9);
