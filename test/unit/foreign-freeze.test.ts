import { foreignPreScript, type PastScript } from '../../lambda/core/foreign-freeze';

const NOW = new Date('2026-11-21T03:05:00.000Z');
const past = (changes: Partial<PastScript>): PastScript => ({
  ours: false,
  script: 'pre-script',
  executionId: 'their-id',
  documentName: 'their-document',
  requestedAt: new Date('2026-11-21T03:04:00.000Z'),
  status: 'Success',
  ...changes,
});
const hoursAgo = new Date('2026-11-21T01:00:00.000Z');

test.each<readonly [string, readonly PastScript[], boolean]>([
  ['a pre-script that runs', [past({ status: 'InProgress' })], true],
  ['one that ran and has no post-script yet', [past({})], true],
  ['one that waits since hours', [past({ status: 'Pending', requestedAt: hoursAgo })], true],
  ['one with its post-script', [past({}), past({ script: 'post-script' })], false],
  ['one with the post-script of another execution', [past({}), past({ script: 'post-script', executionId: 'other' })], true],
  ['one that ended long ago', [past({ requestedAt: hoursAgo })], false],
  ['one that failed', [past({ status: 'Failed' })], false],
  ['one of ours', [past({ ours: true })], false],
  ['another command', [past({ script: undefined })], false],
])('%s', (_case, history, isOpen) => {
  expect(foreignPreScript(history, NOW) !== undefined).toBe(isOpen);
});

test('it is named with its time', () => expect(foreignPreScript([past({})], NOW)).toBe('their-document at 2026-11-21T03:04:00.000Z'));
