import { drawReport } from '../../report/draw-report';
import { completionOf, eventsOf, HOSTILE, jsonLines, SAMPLE, sampleEvents } from './support/sample';

const draw = (events: readonly object[], nameOf?: (id: string) => string | undefined): string => {
  const report = drawReport('events.jsonl', jsonLines(events), nameOf === undefined ? {} : { nameOf });
  if (!report.ok) throw new Error(report.problems.join('\n'));
  return report.page;
};

const page = draw(sampleEvents());

it('needs nothing beside itself, and forbids the browser to fetch or to run anything', () => {
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`);
  expect(page.match(/<script|<img|<link (?!rel="icon" href="data:,")|<[^>]+ src=|url\(|@import|https?:/i)).toBeNull();
});

it('escapes whatever the events hold, in every place where they are shown', () => {
  const hostile = (value: unknown): unknown => {
    if (typeof value === 'string') return /^\d{4}-|^[a-zA-Z_ -]*$|^\d*$/.test(value) ? value : `${HOSTILE}${value}`;
    if (Array.isArray(value)) return value.map(hostile);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hostile(inner)]));
  };
  const coordinates = { [HOSTILE]: HOSTILE };
  const events = sampleEvents().map((event) => {
    const detail: object = Reflect.get(event, 'detail');
    const told = { ...detail, ...('coordinates' in detail ? { coordinates, reason: HOSTILE, detail: HOSTILE, schedules: [HOSTILE] } : {}) };
    return {
      ...event,
      region: HOSTILE,
      account: HOSTILE,
      detail: { ...Object(hostile(told)), ...('coordinates' in detail ? { coordinates } : {}) },
    };
  });
  const taken = draw(events, () => HOSTILE);
  expect(taken).toContain('&lt;script&gt;');
  expect(taken.split('&lt;script&gt;').length).toBeGreaterThan(100);
  expect(taken.match(/<script|<img|onerror="/)).toBeNull();
  expect(taken.match(/<\/style>/g)).toHaveLength(1);
});

it('shows marks of writing direction as codes, so that no text turns another around', () => {
  expect(draw(sampleEvents(), () => 'db\u202egnp')).toContain('db\\u202egnp');
});

it('says verdict and reason in words', () => {
  expect(page).toContain('Every file of the application was held on the instance until CreateSnapshots had answered');
  expect(page).toContain('The guardian thawed at its deadline, before the post-script came.');
  expect(page).toContain('Systems Manager refused the pre-script.');
  expect(page).toContain('206 application not ready');
});

it('says of a set whether EC2 completed it, as text, whatever EC2 said', () => {
  const [proven = ''] = SAMPLE.map(({ instanceId }) => instanceId);
  expect(draw([...sampleEvents(), completionOf(proven, 'confirmed')])).toContain('<b>Confirmed</b>: EC2 completed the set, application');
  const withdrawn = draw([...sampleEvents(), completionOf(proven, 'withdrawn')]);
  expect(withdrawn).toContain('EC2 could not complete the set after all: it is withdrawn.');
  expect(withdrawn).toContain('It was application. &lt;/style&gt;');
  expect(withdrawn.match(/<script|<img/)).toBeNull();
});

it('names the tags of volumes that had no room on their snapshots', () => {
  const events = sampleEvents().map((event) => {
    const detail: object = Reflect.get(event, 'detail');
    return 'coordinates' in detail ? { ...event, detail: { ...detail, tags_left_out: ['Tier', HOSTILE] } } : event;
  });
  expect(draw(events)).toContain('<dt>No room to copy</dt><dd><span class="item"><small>tag</small> Tier</span>');
  expect(draw(events).match(/<script|<img/)).toBeNull();
  expect(page).not.toContain('No room to copy');
});

it('asks a person to look where a thaw is in doubt, with the command', () => {
  expect(page).toContain('No post-script confirmed the thaw.');
  expect(page).toContain('aws ssm send-command --region eu-west-1');
  const [proven] = SAMPLE;
  expect(draw(proven === undefined ? [] : eventsOf(proven))).not.toContain('send-command');
});

it('shows an alarm of which nothing else is known', () => {
  const alarm = sampleEvents().filter((event) => Reflect.get(event, 'detail-type') === 'Stillpoint Possibly Frozen');
  const alone = draw(alarm);
  expect(alone).toContain('1 execution of nightly');
  expect(alone).toContain('aws ssm send-command');
  expect(alone).toContain('Not closed');
});

it('names instances where names are known, and keeps their ids', () => {
  const named = draw(sampleEvents(), (id) => (id.endsWith('a') ? 'ledger' : undefined));
  expect(named).toMatch(/<h3 [^>]*>ledger<\/h3>\s*<p class="what">i-0000000000000000a/);
  expect(named).toMatch(/<h3 [^>]*>i-0000000000000000b<\/h3>/);
});

it('has each anchor once, and every link leads to one', () => {
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
  for (const [, target] of page.matchAll(/aria-(?:describedby|labelledby)="([^"]*)"/g)) expect(ids).toContain(target);
});

it('without an execution says so', () => {
  const empty = drawReport('events.jsonl', '');
  expect(empty).toMatchObject({ ok: true, executions: 0 });
  expect(empty.ok && empty.page).toContain('No execution');
});

it('keeps times that are no dates out of the picture', () => {
  const broken = jsonLines(sampleEvents()).replaceAll('2026-11-21T03:00:05.010Z', '2026-99-99T99:99:99.999Z');
  const report = drawReport('events.jsonl', broken);
  expect(report.ok && report.page.match(/NaN|Invalid Date/)).toBeNull();
});
