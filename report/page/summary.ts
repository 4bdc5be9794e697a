import type { TargetPicture } from '../model/picture';
import { badge, verdictOf } from './badge';
import { milliseconds } from './format';
import { type Html, html } from './html';
import { VERDICTS } from './words';

/** The figures at the top: the longest freeze, each verdict's count, and whether a person must look. */
export const renderSummary = (targets: readonly TargetPicture[]): Html => {
  const verdicts = targets.map(verdictOf);
  const counted = (['application', 'reported', 'crash', 'stopped', 'none', 'open'] as const)
    .map((verdict) => ({ verdict, count: verdicts.filter((other) => other === verdict).length }))
    .filter(({ count }) => count > 0);
  const freezes = targets.flatMap(({ closing }) => closing?.freeze_window_ms ?? []);
  const doubtful = targets.filter(({ alarms }) => alarms.length > 0).length;
  return html`<ul class="summary">
${
  freezes.length === 0
    ? undefined
    : html`<li class="longest"><b>${milliseconds(Math.max(...freezes))}</b> longest freeze <small>of ${freezes.length} measured or bounded</small></li>`
}
${counted.map(({ verdict, count }) => html`<li><b>${count}</b> ${badge(verdict)} <small>${VERDICTS[verdict].meaning}</small></li>`)}
<li class="${doubtful === 0 ? 'sure' : 'unsure'}"><b>${doubtful}</b> possibly frozen <small>${
    doubtful === 0 ? 'every thaw was confirmed or not needed' : 'a person must look: see below'
  }</small></li>
</ul>`;
};
