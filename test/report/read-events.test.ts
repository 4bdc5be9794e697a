import { readEvents } from '../../report/events/read-events';
import { jsonLines, sampleEvents } from './support/sample';

const EVENTS = sampleEvents();
const [FIRST = {}, SECOND = {}] = EVENTS;
const text = (value: unknown): string => JSON.stringify(value);

/** An event with one field of its detail replaced. */
const withDetail = (fields: object): object => ({ ...FIRST, detail: { ...Reflect.get(FIRST, 'detail'), ...fields } });

describe('an events file', () => {
  it.each<readonly [string, string]>([
    ['JSON lines', jsonLines(EVENTS)],
    ['JSON lines with empty lines and Windows line ends', jsonLines(EVENTS).replaceAll('\n', '\r\n\r\n')],
    ['an array', text(EVENTS)],
    ['an array over many lines', JSON.stringify(EVENTS, null, 2)],
    [
      'aws logs filter-log-events',
      text({ events: EVENTS.map((event) => ({ timestamp: 1, message: text(event) })), searchedLogStreams: [] }),
    ],
    ['a CloudWatch Logs export', EVENTS.map((event) => `2026-11-21T03:00:05.000Z ${text(event)}\n`).join('')],
    ['aws logs tail', EVENTS.map((event) => `2026-11-21T03:00:05.123000+00:00 0c0ffee1/abc ${text(event)}\n`).join('')],
  ])('may be %s', (_form, file) => {
    const read = readEvents('events.jsonl', file);
    expect(read).toMatchObject({ ok: true, others: 0 });
    expect(read.ok && read.events.length).toBe(EVENTS.length);
  });

  it('may be one event, and may be empty', () => {
    expect(readEvents('event.json', JSON.stringify(FIRST, null, 2))).toMatchObject({ ok: true, events: [{ kind: 'script' }] });
    expect(readEvents('events.jsonl', '\n')).toEqual({ ok: true, events: [], others: 0 });
  });

  it('may hold events of others, and kinds of ours that have no place in the picture', () => {
    const others = [
      { ...FIRST, source: 'aws.ec2', detail: null },
      { ...FIRST, 'detail-type': 'Stillpoint Something New', detail: {} },
    ];
    expect(readEvents('events.jsonl', jsonLines([...others, FIRST]))).toMatchObject({ ok: true, events: [{ kind: 'script' }], others: 2 });
  });

  it.each<readonly [string, string, string]>([
    ['a line that is no JSON', `${text(FIRST)}\nDone.\n`, 'events.jsonl:2: found Done., allowed: JSON, an event a line'],
    ['an array that breaks off', text([FIRST, SECOND]).slice(0, -9), 'events.jsonl: found broken JSON'],
    [
      'a value that is no event',
      `${text(FIRST)}\n\n7\n`,
      'events.jsonl:3: found 7, allowed: an event of EventBridge, an object with source, detail-type and detail',
    ],
    ['an event without a source', text({ 'detail-type': 'any', detail: {} }), 'events.jsonl: source: found nothing, allowed: text'],
    ['a wrong word', jsonLines([withDetail({ result: 'done' })]), 'detail.result: found "done", allowed: "initiated", "success", "failed"'],
    ['a wrong time', jsonLines([withDetail({ start_time: 'noon' })]), 'detail.start_time: found "noon", allowed: a time such as'],
    [
      'a wrong time or none',
      jsonLines([withDetail({ end_time: 3 })]),
      'detail.end_time: found 3, allowed: a time such as "2026-11-21T03:00:08.910Z", or ""',
    ],
    [
      'a missing field',
      text([SECOND, withDetail({ resources: undefined })]),
      'events.jsonl: event 2: detail.resources: found nothing, allowed: a list',
    ],
    ['a message in a log', text({ events: [{ message: 'START' }] }), 'events.jsonl: events[0].message: found START'],
    [
      'a long value',
      jsonLines([{ ...FIRST, region: ['x'.repeat(500)] }]),
      `events.jsonl: region: found ["${'x'.repeat(75)}..., allowed: text`,
    ],
  ])('is refused for %s, with its place, what was found and what is allowed', (_case, file, problem) => {
    const read = readEvents('events.jsonl', file);
    expect(read.ok ? [] : read.problems).toEqual([expect.stringContaining(problem)]);
  });
});
