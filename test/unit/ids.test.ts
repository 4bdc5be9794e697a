import { causeOf } from '../../lambda/core/cause';
import { attemptId, executionId, messageGroupId, parseExecutionId, runId } from '../../lambda/core/ids';

const run = runId('nightly', new Date('2026-11-21T03:00:42.120Z'));

test('a run is named by policy and due minute', () => expect(run).toBe('nightly@2026-11-21T03:00Z'));
test('an execution id is read back', () => {
  expect(parseExecutionId(executionId(run, 'i-1'))).toEqual({ run, instanceId: 'i-1' });
  expect(() => parseExecutionId('nightly')).toThrow('not an execution id');
});
test('the UUID of an attempt is its own, always the same, and in the form of version 4', () => {
  expect(attemptId('a', 1)).toBe(attemptId('a', 1));
  expect(new Set([attemptId('a', 1), attemptId('a', 2), attemptId('b', 1)]).size).toBe(3);
  expect(attemptId('a', 1)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
test.each([
  ['no group', undefined, 'i-1'],
  ['an empty one', '', 'i-1'],
  ['a plain one', 'db-1', 'group:db-1'],
])('the message group of an instance with %s', (_case, tag, expected) => expect(messageGroupId('i-1', tag)).toBe(expected));
test.each(['Zürich cluster', 'x'.repeat(200), 'a b'])('a group tag that SQS would refuse stands as its hash: %s', (tag) => {
  expect(messageGroupId('i-1', tag)).toMatch(/^group:[0-9a-f]{32}$/);
});

test('other exit codes become 201 or 202 by stage', () => {
  expect([causeOf('pre', 1), causeOf('post', 1), causeOf('post', undefined), causeOf('pre', 206)]).toEqual([201, 202, 202, 206]);
});
