import { DARK, LIGHT, variables } from './theme';

/** The style sheet. `lanes`: the most lanes that a chart on the page has. */
export const styleSheet = (lanes: number): string => `${base()}${layout}${chart}${readouts(lanes)}${print}`;

const base = (): string => `
:root{${variables(LIGHT)};color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{${variables(DARK)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;max-width:72rem;padding:1.5rem 1rem 3rem;background:var(--page);color:var(--text);
  font:400 .9375rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;
  overflow-wrap:anywhere}
h1,h2,h3,h4,p,ul,ol,dl,dd{margin:0;padding:0}
ul,ol{list-style:none}
h1{font-size:1.75rem;line-height:1.2;letter-spacing:-.02em;font-weight:680}
h2{font-size:1.25rem;line-height:1.3;letter-spacing:-.01em;font-weight:660}
h3{font-size:1.0625rem;line-height:1.35;font-weight:640}
h4{font-size:.875rem;font-weight:600}
small{font-size:.8125rem;color:var(--quiet);font-weight:400}
a{color:inherit;text-decoration:none}
pre{margin:.5rem 0 0;padding:.625rem .75rem;font:.8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;
  background:var(--card);border-radius:6px;color:var(--text)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:4px}
.when,.what{color:var(--quiet);font-size:.875rem}
`;

const layout = `
.top{padding:.5rem 0 1.5rem}
.brand{display:flex;align-items:center;gap:.5rem;margin-bottom:1.25rem;font-weight:640;letter-spacing:-.01em}
.mark{width:1.125rem;height:1.125rem;border-radius:4px;background:linear-gradient(90deg,var(--script) 30%,var(--freeze) 30% 70%,var(--script) 70%)}
.top .when{margin-top:.375rem}
.summary{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(9.25rem,100%),1fr));gap:1px;margin-top:1.5rem;background:var(--line);
  border:1px solid var(--line);border-radius:12px;overflow:hidden}
.summary li{padding:.875rem 1rem;background:var(--card)}
.summary b{display:block;font-size:1.5rem;line-height:1.2;letter-spacing:-.02em;font-weight:660}
.summary small{display:block;line-height:1.35;margin-top:.125rem}
.longest b{color:var(--freeze)}
.unsure,.unsure small{color:var(--bad)}
.badge{display:inline-block;padding:.0625rem .5rem;border-radius:99px;font-size:.8125rem;line-height:1.5;font-weight:600;white-space:nowrap;
  color:var(--still);background:var(--still-ground)}
.badge.application{color:var(--good);background:var(--good-ground)}
.badge.reported{color:var(--fair);background:var(--fair-ground)}
.badge.crash{color:var(--doubt);background:var(--doubt-ground)}
.badge.none{color:var(--bad);background:var(--bad-ground)}
.run{margin-top:2rem}
.overview,.target,.legend{margin-top:1rem;padding:1.125rem 1.25rem;background:var(--card);border:1px solid var(--line);border-radius:12px}
.target header{display:grid;grid-template-columns:1fr auto;gap:.25rem 1rem;align-items:start}
.target .window{grid-column:1;color:var(--freeze);font-weight:600}
.target .window b{font-size:2.25rem;line-height:1.15;letter-spacing:-.03em;font-weight:680}
.reason{margin-top:.375rem;max-width:46rem}
.said{color:var(--quiet)}
.alarm{margin-top:.875rem;padding:.75rem 1rem;border-radius:8px;border-left:4px solid var(--bad);background:var(--bad-ground);color:var(--bad)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(13rem,100%),1fr));gap:.75rem 1.5rem;margin-top:1.125rem;padding-top:1rem;
  border-top:1px solid var(--line);font-size:.875rem}
dt{color:var(--quiet);font-size:.8125rem}
.item{display:block}
.item small{display:inline-block;max-width:100%}
.events{margin-top:.875rem;font-size:.875rem}
.events summary{display:inline-block;cursor:pointer;color:var(--link);padding:.125rem 0}
.events summary::before{content:"\\25B8";display:inline-block;width:1em}
.events[open] summary::before{transform:rotate(90deg)}
.events li{display:grid;grid-template-columns:11rem 1fr;gap:0 1rem;padding:.375rem .5rem;margin:0 -.5rem;border-radius:6px}
.events li:target{background:var(--freeze-ground)}
.fact{color:var(--quiet)}
.fact::before{content:" \\00B7\\00A0"}
.legend h2{font-size:1rem}
.legend ul{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(19rem,100%),1fr));gap:.625rem 1.5rem;margin:.75rem 0}
.legend li{display:grid;grid-template-columns:2.5rem 1fr;gap:.75rem;align-items:start;font-size:.875rem}
.legend p{font-size:.875rem;color:var(--quiet)}
.key{position:relative;height:.75rem;margin-top:.3rem;border-radius:3px}
footer{margin-top:2rem;color:var(--quiet);font-size:.8125rem}
.empty{margin-top:2rem}
`;

const chart = `
.attempt{margin-top:1.125rem;padding-top:.875rem;border-top:1px solid var(--line)}
.chart{margin-top:.5rem}
.lane{display:grid;grid-template-columns:10.5rem minmax(0,1fr) 7rem;column-gap:.75rem;align-items:stretch;border-radius:6px}
.lane .label,.lane .value{padding:.25rem 0;font-size:.875rem;line-height:1.3;align-self:center}
.lane .value{text-align:right;color:var(--quiet);white-space:nowrap}
.failure{color:var(--failed);font-weight:600;font-size:.8125rem}
.lane:hover .label,.lane:focus-visible .label{text-decoration:underline;text-underline-offset:.2em}
.track{position:relative;min-height:1.75rem;background:linear-gradient(to right,var(--line) 1px,transparent 1px) 0 0/var(--step) 100%;
  border-right:1px solid var(--line)}
.band,.bar,.busy{position:absolute;left:var(--x);width:var(--w)}
.band{top:0;bottom:0;min-width:2px;background:var(--freeze-ground)}
.bar{top:50%;height:.75rem;margin-top:-.375rem;min-width:3px;border-radius:3px;background:var(--script)}
.key.pre{background:var(--script)}
.set .bar,.key.set{background:var(--set)}
.freeze .track{min-height:2.75rem}
.freeze .bar{height:1.875rem;margin-top:-.9375rem;min-width:4px;border-radius:4px;background:var(--freeze)}
.key.freeze{background:var(--freeze)}
.freeze .label{font-weight:640}
.freeze .value{color:var(--freeze);font-weight:680;font-size:1.125rem;letter-spacing:-.01em}
.failed .bar,.key.failed{background:repeating-linear-gradient(135deg,var(--failed) 0 5px,var(--card) 5px 8px);box-shadow:inset 0 0 0 1.5px var(--failed)}
.freeze.failed .bar{background:linear-gradient(to left,var(--failed) 5px,var(--card) 5px 7px,var(--freeze) 7px);box-shadow:none}
.freeze.vague .bar,.key.freeze.vague,.overview .bar.vague{background:repeating-linear-gradient(135deg,var(--freeze) 0 5px,var(--card) 5px 8px);
  box-shadow:inset 0 0 0 1.5px var(--freeze)}
.guardian .bar,.key.guardian{height:0;margin-top:0;border-radius:0;background:none;border-top:2px dotted var(--freeze)}
.key.guardian{margin-top:.6rem}
.guardian .bar::after,.key.guardian::after{content:"";position:absolute;right:0;top:-.5rem;height:.875rem;border-right:2px solid var(--freeze)}
.guardian .bar.beyond::after{top:-5px;height:0;border:4px solid transparent;border-left:7px solid var(--freeze);border-right:0}
.ticks{position:relative;height:2.25rem;margin:0 7.75rem 0 11.25rem;border-top:1px solid var(--line)}
.tick{position:absolute;left:var(--x);padding:.25rem 0 0 .25rem;line-height:1.2;white-space:nowrap;border-left:1px solid var(--line);font-size:.75rem}
.tick b{display:block;font-weight:500;color:var(--quiet)}
.tick small{font-size:.6875rem}
.overview a{display:grid;grid-template-columns:minmax(0,12rem) 7.5rem minmax(0,1fr) 7.5rem;column-gap:.75rem;align-items:center;border-radius:6px}
.overview .badge{justify-self:start}
.overview a:hover .who,.overview a:focus-visible .who{text-decoration:underline;text-underline-offset:.2em}
.overview .who{font-weight:600;padding:.25rem 0}
.overview .track{min-height:2.125rem}
.overview .busy{top:50%;height:2px;margin-top:-1px;min-width:2px;background:var(--script)}
.overview .bar{height:1.25rem;margin-top:-.625rem;min-width:4px;background:var(--freeze)}
.overview .ms{text-align:right;white-space:nowrap}
.overview .ms b{color:var(--freeze);font-weight:660}
.never{color:var(--quiet)}
.doubtful{color:var(--bad);font-weight:600}
.overview .ticks{height:1.5rem;margin:0 8.25rem 0 21rem}
@media (max-width:56rem){
body{padding:1rem .75rem 2rem}
h1{font-size:1.5rem}
.overview,.target,.legend{padding:.875rem}
.lane{grid-template:"label value" auto "track track" auto/minmax(0,1fr) auto}
.lane .label{grid-area:label}
.lane .value{grid-area:value}
.lane .track{grid-area:track}
.track{min-height:1.25rem}
.ticks,.overview .ticks{margin:0}
.tick.odd{display:none}
.tick.late{display:none}
.readout{display:none}
.overview a{grid-template:"who ms" auto "badge badge" auto "track track" auto/minmax(0,1fr) auto;padding:.25rem 0}
.overview .who{grid-area:who;font-size:.875rem}
.overview .ms small{display:block}
.target header{grid-template-columns:minmax(0,1fr)}
.target .badge{justify-self:start}
.overview .ms{grid-area:ms}
.overview .badge{grid-area:badge;justify-self:start}
.overview .track{grid-area:track;min-height:1.75rem}
.events li{grid-template-columns:minmax(0,1fr)}
}
`;

/** All readouts lie in one place, which is as high as the highest: nothing moves when another one shows, and nothing is covered. */
const readouts = (lanes: number): string => `
.readouts{display:grid;margin-top:.25rem;font-size:.875rem;color:var(--quiet);border-radius:6px}
.readout{grid-area:1/1;visibility:hidden}
.readout span:first-child{color:var(--text);font-weight:600}
${Array.from(
  { length: lanes },
  (_, lane) =>
    `.attempt:has([data-lane="${lane}"]:hover) [data-readout="${lane}"],.attempt:not(:has(.lane:hover)):has([data-lane="${lane}"]:focus-visible) [data-readout="${lane}"]{visibility:visible;display:block}`,
).join('\n')}
`;

const print = `
@media print{
body{max-width:none;padding:0;font-size:9.5pt;background:none}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.readouts{display:none}
.overview,.target,.attempt,.legend,.summary{break-inside:avoid}
h2{break-after:avoid}
.events::details-content{content-visibility:visible;display:block}
}
@media (forced-colors:active){.bar,.band,.key,.busy{forced-color-adjust:none}}
`;
