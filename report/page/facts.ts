import type { ExecutionDetail } from '../../lambda/core/event/execution-event';
import { lastSegment } from '../model/arn';
import { length } from './format';
import { type Html, html } from './html';

/** What a run leaves: snapshots, what was held, coordinates; and when it was due. */
export const renderFacts = (closed: ExecutionDetail): Html => {
  const { resources, coverage, coordinates, tags_left_out: leftOut = [], schedules, due_time, start_time } = closed;
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
${
  leftOut.length === 0
    ? undefined
    : html`<div><dt>No room to copy</dt><dd>${leftOut.map((key) => html`<span class="item"><small>tag</small> ${key}</span>`)}</dd></div>`
}
<div><dt>Due</dt><dd><span class="item">${due_time.slice(0, 16).replace('T', ' ')} <small>UTC${
    Number.isFinite(late) ? `, begun ${late < 10_000 ? `${(late / 1_000).toFixed(1)}\u00a0s` : length(late)} later` : ''
  }</small></span><span class="item"><small>${schedules.join(', ')}</small></span></dd></div>
</dl>`;
};
