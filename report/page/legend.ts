import { html } from './html';

export const LEGEND = html`<section class="legend" aria-labelledby="legend"><h2 id="legend">How to read it</h2>
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
