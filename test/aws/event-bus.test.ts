import { type PutEvents, publishEvents } from '../../lambda/aws/event-bus';

const event = (number: number) => ({ detailType: 'T', resources: ['arn'], detail: { number } });
const numbers = (input: Parameters<PutEvents>[0]) => (input.Entries ?? []).map((entry) => JSON.parse(entry.Detail ?? '{}').number);
const noPause = async () => undefined;

test('events go ten a call, with source, type and resources', async () => {
  const calls: Parameters<PutEvents>[0][] = [];
  const put: PutEvents = async (input) => {
    calls.push(input);
    return { Entries: [] };
  };
  await publishEvents(
    Array.from({ length: 12 }, (_, number) => event(number)),
    put,
    noPause,
  );
  expect(calls.map(numbers)).toEqual([
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [10, 11],
  ]);
  expect(calls[0]?.Entries?.[0]).toEqual({ Source: 'stillpoint', DetailType: 'T', Resources: ['arn'], Detail: '{"number":0}' });
});

test('entries that a 200 refuses are put again, and only those', async () => {
  const calls: unknown[] = [];
  const put: PutEvents = async (input) => {
    calls.push(numbers(input));
    return { Entries: calls.length === 1 ? [{ EventId: '1' }, { ErrorCode: 'ThrottlingException' }] : [{ EventId: '2' }] };
  };
  await publishEvents([event(0), event(1)], put, noPause);
  expect(calls).toEqual([[0, 1], [1]]);
});

test('what is refused four times throws with the codes', async () => {
  const put: PutEvents = async (input) => ({ Entries: (input.Entries ?? []).map(() => ({ ErrorCode: 'InternalFailure' })) });
  await expect(publishEvents([event(0)], put, noPause)).rejects.toThrow('EventBridge refused 1 events 4 times: InternalFailure');
});
