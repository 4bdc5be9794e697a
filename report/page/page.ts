import type { RunPicture, TargetPicture } from '../model/picture';
import { around } from '../model/picture';
import { dateAndTime, plural } from './format';
import { type Html, html, raw } from './html';
import { lanesOf } from './lanes';
import { LEGEND } from './legend';
import { type NameOf, renderOverview, runHeading } from './overview';
import { styleSheet } from './style';
import { renderSummary } from './summary';
import { renderTarget } from './target';

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

const renderRun = (run: RunPicture, id: string, nameOf: NameOf): Html => html`<section class="run" aria-labelledby="${id}">
<div id="${id}">${runHeading(run)}</div>
${renderOverview(run, id, nameOf)}
${run.targets.map((target, index) => renderTarget(target, { id: `${id}-t${index}`, name: nameOf(target.instanceId) }))}
</section>
`;
