import type { RunPicture, TargetPicture } from '../model/picture';
import { around } from '../model/picture';
import { badge, verdictOf } from './badge';
import { dateAndTime, milliseconds, plural } from './format';
import { type Html, html, raw } from './html';
import { lanesOf } from './lanes';
import { type NameOf, renderOverview, runHeading } from './overview';
import { styleSheet } from './style';
import { renderTarget } from './target';
import { VERDICTS } from './words';

export interface PageOptions {
  /** What people call an instance, where that is known. */
  readonly nameOf?: NameOf;
}

/** The page: one file without scripts that fetches nothing, and says so to the browser. */
export const renderPage = (runs: readonly RunPicture[], { nameOf = () => undefined }: PageOptions = {}): string => {
  const targets = runs.flatMap((run) => run.targets);
  const title = titleOf(runs, targets);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="referrer" content="no-referrer">
<title>${title} \u2013 Stillpoint</title>
<link rel="icon" href="data:,">
<style>${raw(styleSheet(mostLanes(targets)))}</style>
</head>
<body>
<header class="top">
<p class="brand"><span class="mark" aria-hidden="true"></span>Stillpoint</p>
<h1>${title}</h1>
<p class="when">${whenAndWhere(runs)}</p>
${renderSummary(targets)}
</header>
<main>
${runs.map((run, index) => renderRun(run, `r${index}`, nameOf))}
${runs.length === 0 ? html`<p class="empty">No execution: no instance matched, or its events are not here.</p>` : LEGEND}
</main>
<footer><p>Drawn from ${plural(
    targets.reduce((sum, { events }) => sum + events.length, 0),
    'event',
  )}. Times are UTC.</p></footer>
</body>
</html>
`.text;
};

const titleOf = (runs: readonly RunPicture[], targets: readonly TargetPicture[]): string => {
  const [run] = runs;
  if (run === undefined) return 'Nothing was run';
  const policies = new Set(runs.map(({ policyId }) => policyId));
  return `${plural(targets.length, 'execution')} of ${policies.size === 1 ? run.policyId : `${policies.size} policies`}`;
};

const whenAndWhere = (runs: readonly RunPicture[]): string => {
  const span = around(runs.map((run) => run.span));
  const places = [...new Set(runs.map(({ account, region }) => `account ${account}, ${region}`))];
  return [...(span === undefined ? [] : [`${dateAndTime(span.from)} UTC`]), ...places].join(' \u00b7 ');
};

const mostLanes = (targets: readonly TargetPicture[]): number =>
  Math.max(0, ...targets.flatMap(({ attempts }) => attempts.map((attempt) => lanesOf(attempt, undefined).length)));

const renderSummary = (targets: readonly TargetPicture[]): Html => {
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

const renderRun = (run: RunPicture, id: string, nameOf: NameOf): Html => html`<section class="run" aria-labelledby="${id}">
<div id="${id}">${runHeading(run)}</div>
${renderOverview(run, id, nameOf)}
${run.targets.map((target, index) => renderTarget(target, { id: `${id}-t${index}`, name: nameOf(target.instanceId) }))}
</section>
`;

const LEGEND = html`<section class="legend" aria-labelledby="legend"><h2 id="legend">How to read it</h2>
<ul>
<li><i class="key freeze"></i> <span><b>Frozen</b>: the freeze window, as the document measured it on the instance. The pale band carries it through the other lines.</span></li>
<li><i class="key freeze vague"></i> <span>A bound, or a freeze whose end was not told.</span></li>
<li><i class="key pre"></i> <span><b>Pre-script, post-script</b>: from SendCommand to the end that Systems Manager tells.</span></li>
<li><i class="key set"></i> <span><b>Snapshot set</b>: the call of CreateSnapshots.</span></li>
<li><i class="key guardian"></i> <span><b>Guardian</b>: it would thaw by itself where its line ends.</span></li>
<li><i class="key pre failed"></i> <span><b>\u2715</b> failed: hatched, with its cause.</span></li>
</ul>
<p>Point at a line, or tab to it, to read what its event says; follow it for the event itself. All attempts of a target have the same scale,
from their own start; UTC stands below.</p></section>`;
