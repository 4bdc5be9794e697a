import { timelineEntrySchema, timelineOf } from '../../../lambda/core/event/timeline';
import type { Attempt } from '../../../lambda/core/execution/facts';
import * as f from '../execution/fixtures';

const call = { from: new Date('2026-11-21T03:00:10.500Z'), to: new Date('2026-11-21T03:00:11.250Z') };
const times = { frozenAt: '2026-11-21T03:00:10.310Z', autoThawAt: '2026-11-21T03:00:40.290Z' };
const thawed = { ...times, thawedAt: '2026-11-21T03:00:11.122Z' };
const only = (attempt: Partial<Attempt>) => timelineOf({ attempts: [f.attempt(attempt)] })[0];

test('a whole attempt: the freeze by the instance, the set by the worker', () => {
  const entry = only({ pre: f.succeeded(f.preLine(times)), set: { ...f.created, call }, posts: [f.succeeded(f.line(thawed))] });
  expect(entry).toEqual({
    attempt: 1,
    frozen_at: '2026-11-21T03:00:10.310Z',
    thawed_at: '2026-11-21T03:00:11.122Z',
    auto_thaw_at: '2026-11-21T03:00:40.290Z',
    freeze_window_ms: 812,
    freeze_window_source: 'instance',
    thawed_by: 'post',
    set: 'created',
    set_error: '',
    set_start_time: '2026-11-21T03:00:10.500Z',
    set_end_time: '2026-11-21T03:00:11.250Z',
  });
});

test('an attempt whose post-script never answered tells of the freeze what its pre-script told', () => {
  const entry = only({ pre: f.succeeded(f.preLine(times)), posts: [f.timedOut()] });
  expect(entry).toMatchObject({ frozen_at: times.frozenAt, thawed_at: '', auto_thaw_at: times.autoThawAt, thawed_by: 'nobody' });
});

test('every attempt has its entry, and a set without scripts comes last as number 0', () => {
  const facts = { attempts: [f.attempt({ pre: f.failed(206) }), f.attempt({ number: 2, pre: f.failed(201) })], plainSet: f.created };
  expect(timelineOf(facts).map(({ attempt, set }) => [attempt, set])).toEqual([
    [1, ''],
    [2, ''],
    [0, 'created'],
  ]);
});

test.each([
  [
    'refused',
    { ...f.createFailed, call },
    { set: 'failed', set_error: 'RequestLimitExceeded: slow down', set_end_time: call.to.toISOString() },
  ],
  ['without an answer', f.unclear, { set: 'unclear', set_error: '', set_start_time: '' }],
  ['made by an earlier worker', f.foundLater, { set: 'created', set_start_time: '', set_end_time: '' }],
])('a CreateSnapshots %s', (_case, set, told) => {
  expect(only({ pre: f.succeeded(), set, posts: [f.succeeded()] })).toMatchObject({ ...told, freeze_window_source: 'commands' });
});

test("a time that is written otherwise, by somebody's own document, is left out rather than told wrongly", () => {
  const entry = only({ pre: f.succeeded(), posts: [f.succeeded(f.line({ frozenAt: 'yesterday', thawedAt: '2026-11-21 03:00' }))] });
  expect(entry).toMatchObject({ frozen_at: '', thawed_at: '' });
  expect(timelineEntrySchema.safeParse(entry).success).toBe(true);
});
