import { readFastRestoreMark, writeFastRestoreMark } from '../../../lambda/core/lifecycle/fast-restore/fast-restore-mark';
import { tagTime } from '../../../lambda/core/lifecycle/tag-time';

test.each([
  ['2026-11-21T03:00:00.000Z', '2026-11-21T03:00:00.000Z'],
  ['2026-11-21', '2026-11-21T00:00:00.000Z'],
  ['2026-13-41T03:00:00Z', undefined],
  ['hold 2', undefined],
  ['', undefined],
  [undefined, undefined],
])('a tag that says %j holds the time %s', (value, time) => {
  expect(tagTime(value)?.toISOString()).toBe(time);
});

test('a mark of fast restore whose time somebody has written over can be read and written again', () => {
  const mark = readFastRestoreMark('eu-west-1a until next spring');
  expect(mark).toEqual({ zones: ['eu-west-1a'], inVain: [], until: undefined });
  expect(typeof mark === 'string' ? mark : writeFastRestoreMark(mark)).toBe('eu-west-1a');
});
