import { type OwnSnapshot, ownSets } from '../../../lambda/core/sweep/own-sets';

const AT = new Date('2026-11-21T03:01:00Z');
const snapshot = (more: Partial<OwnSnapshot> = {}): OwnSnapshot => ({
  ...{ instanceId: 'i-1', executionId: 'nightly@2026-11-21T03:00Z/i-1', attempt: '1', consistency: 'application', reason: 'proven' },
  ...{ state: 'completed', startedAt: AT },
  ...more,
});
const SET = { instanceId: 'i-1', consistency: 'application', reason: 'proven', state: 'completed', startedAt: AT };

test('a set is what one execution made in one attempt', () => {
  const fallback = { attempt: '', consistency: 'crash', reason: 'pre-failed' };
  expect(ownSets([snapshot(), snapshot(), snapshot(fallback)])).toEqual([SET, { ...SET, consistency: 'crash', reason: 'pre-failed' }]);
});

test.each([
  [['completed', 'completed'], 'completed'],
  [['completed', 'pending'], 'pending'],
  [['pending', 'error'], 'error'],
  [['completed', 'recoverable'], 'error'],
])('snapshots that are %j are a set that is %s', (states, state) => {
  expect(ownSets(states.map((one) => snapshot({ state: one })))).toEqual([{ ...SET, state }]);
});

test('a set whose tags differ is not closed yet', () => {
  expect(ownSets([snapshot(), snapshot({ consistency: 'pending', reason: '' })])).toEqual([{ ...SET, consistency: 'pending', reason: '' }]);
});
