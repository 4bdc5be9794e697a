import { causeOf } from '../../lambda/core/cause';
import { attemptId, executionId, messageGroupId, parseExecutionId, runId } from '../../lambda/core/ids';
import { findResultLine, type ResultLine } from '../../lambda/core/result-line';
import { CLOSING_TAG_KEYS, closingTags, creationTags } from '../../lambda/core/snapshot-tags';
import { line, MEMBERS } from './execution/fixtures';

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

test('the result line is the last line that is one', () => {
  const text = `{"stillpoint":"result/0"}\n${JSON.stringify(line({ heldMs: 1 }))}\n${JSON.stringify(line({ heldMs: 2 }))}\n{ broken\ndone\n`;
  expect(findResultLine(text)?.heldMs).toBe(2);
  expect(findResultLine('done')).toBeUndefined();
});

test('a set is pending at creation and closed by its verdict', () => {
  const set = { policyId: 'nightly', schedules: ['a', 'b'], executionId: 'e', instanceId: 'i-1', attempt: 2, afterPreScript: true };
  expect(creationTags(set)).toEqual({
    'stillpoint:policy-id': 'nightly',
    'stillpoint:schedule-name': 'a, b',
    'stillpoint:execution-id': 'e',
    'stillpoint:instance-id': 'i-1',
    'stillpoint:attempt': '2',
    'stillpoint:pre-script': 'SUCCESS',
    'stillpoint:consistency': 'pending',
  });
  expect(creationTags({ ...set, attempt: undefined, afterPreScript: false })).not.toHaveProperty(['stillpoint:attempt']);
  const concluded = { members: MEMBERS, consistency: 'application', reason: 'proven' } as const;
  expect(closingTags({ ...concluded, postScript: 'SUCCESS' })).toEqual({
    'stillpoint:consistency': 'application',
    'stillpoint:reason': 'proven',
    'stillpoint:post-script': 'SUCCESS',
  });
  expect(closingTags({ ...concluded, postScript: undefined })).not.toHaveProperty(['stillpoint:post-script']);
});

describe('the tags that tell of the freeze', () => {
  const tagsOf = (changes: Partial<ResultLine>) =>
    closingTags({ members: MEMBERS, consistency: 'application', reason: 'proven', postScript: 'SUCCESS', line: line(changes) });
  const withCoordinates = (coordinates: Readonly<Record<string, string>>) =>
    tagsOf({ application: { name: 'mysql', quiesced: true, coordinates } });

  test('name how long, by whom, which filesystems, and where the application stood', () => {
    expect(withCoordinates({ gtid: '3e11fa47:1-5', 'binlog.file': 'binlog.000007' })).toMatchObject({
      'stillpoint:held-ms': '812',
      'stillpoint:thawed-by': 'post',
      'stillpoint:held': '/data0 /data1',
      'stillpoint:result-gtid': '3e11fa47:1-5',
      'stillpoint:result-binlog.file': 'binlog.000007',
    });
  });

  test('give no coordinates of a hold that was lost', () => {
    const application = { name: 'mysql', quiesced: false, coordinates: { gtid: '3e11fa47:1-5' } };
    const tags = tagsOf({ application, result: 'failed', filesystems: [] });
    expect(Object.keys(tags).filter((key) => /result-|:held$/.test(key))).toEqual([]);
    expect(tags).toMatchObject({ 'stillpoint:thawed-by': 'post' });
  });

  test('keep within what EC2 takes, and say where they were cut', () => {
    const coordinates = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`key${index}`, 'é'.repeat(256 + (index % 2))]));
    const tags = withCoordinates({ ...coordinates, ['long'.repeat(40)]: 'left out', a: 'two\nlines' });
    expect(Object.keys(tags).filter((key) => key.startsWith('stillpoint:result-'))).toHaveLength(15);
    expect(Object.entries(tags).filter(([key, value]) => key.length > 128 || value.length > 256)).toEqual([]);
    expect(tags['stillpoint:result-key0']).toBe('é'.repeat(256));
    expect(tags['stillpoint:result-key1']).toBe(`${'é'.repeat(253)}...`);
    expect(tags['stillpoint:result-a']).toBe('two lines');
  });

  test('are all among the keys that our role may write', () => {
    const patterns = CLOSING_TAG_KEYS.map((key) => new RegExp(`^${key.replace('*', '.*')}$`));
    for (const key of Object.keys(withCoordinates({ lsn: '0/1' }))) expect(patterns.some((pattern) => pattern.test(key))).toBe(true);
    expect(patterns.some((pattern) => pattern.test('stillpoint:policy-id'))).toBe(false);
  });
});
