import type { Facts } from '../../lambda/core/execution/facts';
import { readEvents } from '../../report/events/read-events';
import type { StillpointEvent } from '../../report/events/stillpoint-event';
import type { AttemptPicture, TargetPicture } from '../../report/model/picture';
import { runsOf } from '../../report/model/runs';
import { verdictOf } from '../../report/page/badge';
import * as f from '../unit/execution/fixtures';
import { completionOf, eventsOf, jsonLines, linesOf, SAMPLE, sampleEvents } from './support/sample';

const read = (events: readonly object[]): readonly StillpointEvent[] => {
  const answer = readEvents('events.jsonl', jsonLines(events));
  if (!answer.ok) throw new Error(answer.problems.join('\n'));
  return answer.events;
};
const targetsOf = (events: readonly object[]): readonly TargetPicture[] => runsOf(read(events)).flatMap(({ targets }) => targets);
const INSTANCE = 'i-0000000000000000a';
const pictureOf = (facts: Facts): AttemptPicture => {
  const attempt = targetsOf(eventsOf({ instanceId: INSTANCE, facts, endedAt: 20_000 }))[0]?.attempts[0];
  if (attempt === undefined) throw new Error('no attempt');
  return attempt;
};

const began = Date.parse('2026-11-21T03:00:04.000Z');
const since = (span: { readonly from: number; readonly to: number } | undefined) => span && [span.from - began, span.to - began];
const script = (from: number, to: number) => ({ sentAt: new Date(began + from), endedAt: new Date(began + to) });

describe('a run', () => {
  it('has its targets in the order in which they began, whatever the order of the events', () => {
    const events = sampleEvents();
    const [run, ...others] = runsOf(read(events.toReversed()));
    expect(others).toEqual([]);
    expect(run).toMatchObject({ id: 'nightly@2026-11-21T03:00Z', policyId: 'nightly', region: 'eu-west-1', account: '111122223333' });
    expect(run?.targets.map(({ instanceId }) => instanceId.slice(-2))).toEqual(['0a', '0b', '0f', '0e', '10', '0c', '0d']);
    expect(run?.targets.map(({ attempts }) => attempts.map(({ number }) => number))).toEqual([[1], [1, 2], [1, 0], [1], [1], [1], [1, 0]]);
  });

  it('of several due minutes is several runs', () => {
    const later = sampleEvents().map((event): object =>
      JSON.parse(JSON.stringify(event).replaceAll('@2026-11-21T03:00Z', '@2026-11-22T03:00Z')),
    );
    expect(runsOf(read([...sampleEvents(), ...later])).map(({ id }) => id)).toEqual([
      'nightly@2026-11-21T03:00Z',
      'nightly@2026-11-22T03:00Z',
    ]);
  });

  it('that is told twice is the same picture', () => {
    const events = sampleEvents();
    const [once, twice] = [targetsOf(events), targetsOf([...events, ...events])];
    expect(twice.map(({ attempts, alarms }) => ({ attempts, alarms }))).toEqual(once.map(({ attempts, alarms }) => ({ attempts, alarms })));
  });

  it('that goes on, or whose closing event is missing, has its scripts and no verdict', () => {
    const open = sampleEvents().slice(0, 3);
    const [target] = targetsOf(open);
    expect(target?.closing).toBeUndefined();
    expect(target?.attempts[0]).toMatchObject({ pre: { to: began + 1_010 }, posts: [{ to: undefined }], freeze: undefined });
  });
});

describe('a set that EC2 ended later', () => {
  const [first = ''] = SAMPLE.map(({ instanceId }) => instanceId);
  const firstWith = (event: object) => targetsOf([event, ...sampleEvents()]).find(({ instanceId }) => instanceId === first);

  it('is withdrawn where it could not be completed, and the run is no longer for it', () => {
    const before = targetsOf(sampleEvents()).find(({ instanceId }) => instanceId === first);
    const target = firstWith(completionOf(first, 'withdrawn'));
    expect(target?.withdrawn).toMatchObject({ consistency: 'none', told_consistency: 'application' });
    expect(target?.span).toEqual(before?.span);
    expect(target && verdictOf(target)).toBe('none');
  });

  it.each([
    ['it was completed', completionOf(first, 'confirmed')],
    ['it is that of another attempt', completionOf(first, 'withdrawn', [{ snapshotId: 'snap-x', volumeId: 'vol-x' }])],
  ])('counts as it was told where %s', (_why, event) => {
    const target = firstWith(event);
    expect(target && verdictOf(target)).toBe('application');
  });

  it('of a run whose other events are elsewhere is no run', () => {
    expect(runsOf(read([completionOf(first, 'confirmed')]))).toEqual([]);
  });
});

describe('a freeze', () => {
  const freeze = (from: number, to: number, off: number, scripts = { pre: script(0, 1_000), post: script(1_200, 1_500) }) => {
    const lines = linesOf({ instanceId: INSTANCE, from, to }, off);
    const pre = { ...f.succeeded(lines.pre), ...scripts.pre };
    const post = { ...f.succeeded(lines.post), ...scripts.post };
    return pictureOf({ attempts: [f.attempt({ pre, set: f.created, posts: [post] })] }).freeze;
  };

  it("lies where the instance's clock says, while that agrees with the scripts", () => {
    expect(freeze(700, 1_400, 0)).toMatchObject({ kind: 'measured', ms: 700, clockOffset: 0, deadline: began + 30_680 });
    expect(since(freeze(700, 1_400, 0)?.span)).toEqual([700, 1_400]);
    expect(since(freeze(700, 1_300, 60)?.span)).toEqual([760, 1_360]);
  });

  it.each([
    ['ahead', 7_200_000],
    ['behind', -7_200_000],
  ])('lies within its scripts, with its true length, when the clock is %s', (_case, off) => {
    expect(since(freeze(700, 1_400, off)?.span)).toEqual([800, 1_500]);
    expect(freeze(700, 1_400, off)?.clockOffset).toBe(100 - off);
  });

  it("by somebody's own document lasts at most from the pre-script's start to the post-script's end", () => {
    const attempt = f.attempt({
      pre: { ...f.succeeded(), ...script(0, 900) },
      set: f.created,
      posts: [{ ...f.succeeded(), ...script(950, 1_700) }],
    });
    const picture = pictureOf({ attempts: [attempt] });
    expect([picture.freeze?.kind, picture.freeze?.ms, since(picture.freeze?.span)]).toEqual(['bound', 1_700, [0, 1_700]]);
  });

  it('whose end nobody told goes on to the end of what is told', () => {
    const { pre } = linesOf({ instanceId: INSTANCE, from: 700, to: 1_400 });
    const posts = [{ ...f.timedOut(), ...script(1_200, 11_200) }];
    const picture = pictureOf({ attempts: [f.attempt({ pre: { ...f.succeeded(pre), ...script(0, 1_000) }, set: f.created, posts })] });
    expect([picture.freeze?.kind, picture.freeze?.ms, since(picture.freeze?.span)]).toEqual(['open', undefined, [700, 11_200]]);
  });

  it('of an attempt that froze nothing is not there', () => {
    expect(pictureOf({ attempts: [f.attempt({ pre: { ...f.failed(206), ...script(0, 500) } })] }).freeze).toBeUndefined();
  });
});

describe('a script', () => {
  it('that an earlier worker had told, by its own clock and without a command, is the same one', () => {
    const [first, ...others] = sampleEvents();
    const earlier: object = JSON.parse(
      JSON.stringify(first)
        .replace('"start_time":"2026-11-21T03:00:04.000Z"', '"start_time":"2026-11-21T03:00:03.970Z"')
        .replace('"command_id":"ok-0"', '"command_id":""'),
    );
    expect(earlier).not.toEqual(first);
    const [target] = targetsOf([earlier, first ?? {}, ...others]);
    expect(target?.attempts).toEqual(targetsOf(sampleEvents())[0]?.attempts);
  });

  it('that was sent twice under one attempt is two, each with its end', () => {
    const posts = [
      { ...f.failed(202), ...script(1_200, 1_500), command: { commandId: 'one', documentVersion: '1' } },
      { ...f.succeeded(), ...script(1_500, 1_800), command: { commandId: 'two', documentVersion: '1' } },
    ];
    const picture = pictureOf({ attempts: [f.attempt({ pre: { ...f.succeeded(), ...script(0, 1_000) }, set: f.created, posts })] });
    expect(picture.posts.map((post) => [post.kind, ...(since({ from: post.from, to: post.to ?? 0 }) ?? [])])).toEqual([
      ['post', 1_200, 1_500],
      ['post', 1_500, 1_800],
    ]);
  });

  it('after a pre-script that failed is a recovery thaw', () => {
    const doubtful = SAMPLE.find(({ instanceId }) => instanceId.endsWith('d'));
    const [target] = targetsOf(doubtful === undefined ? [] : eventsOf(doubtful));
    expect(target?.attempts[0]?.posts.map(({ kind }) => kind)).toEqual(['thaw']);
    expect(target?.alarms).toMatchObject([{ reason: 'thaw-unconfirmed' }]);
  });
});
