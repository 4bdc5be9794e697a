import { chooseSlot, type Slot } from '../../../lambda/core/brakes/slots';

const NOW = new Date('2026-11-21T03:00:00.000Z');
const slot = (number: number, executionId: string, seconds = 60): Slot => ({
  number,
  executionId,
  expires: new Date(NOW.getTime() + seconds * 1_000),
});

test.each<readonly [string, readonly Slot[], maximum: number, random: number, number | undefined]>([
  ['a free one of an empty table', [], 3, 0, 1],
  ['another one, as chance wants it', [], 3, 0.99, 3],
  ['never one beyond the maximum', [], 3, 1, 3],
  ['one between those that are taken', [slot(1, 'a'), slot(3, 'b')], 3, 0, 2],
  ['none when all are taken', [slot(1, 'a'), slot(2, 'b')], 2, 0, undefined],
  ['one whose time is over', [slot(1, 'a'), slot(2, 'b', 0)], 2, 0, 2],
  ['its own again', [slot(1, 'a'), slot(2, 'me')], 2, 0, 2],
  ['its own again, though its time is over', [slot(1, 'a'), slot(2, 'me', -1)], 2, 0, 2],
  ['none while more are taken than a maximum that was lowered', [slot(3, 'a'), slot(4, 'b')], 2, 0, undefined],
  ['one in its place when its own is beyond a maximum that was lowered', [slot(3, 'me')], 1, 0, 1],
])('an execution tries for %s', (_case, slots, maximum, random, expected) => {
  expect(chooseSlot(slots, maximum, 'me', NOW, random)).toBe(expected);
});
