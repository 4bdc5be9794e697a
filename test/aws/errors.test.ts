import { throughThrottling } from '../../lambda/aws/backoff';
import { awsError } from '../../lambda/aws/errors';

const thrown = (name: string, status?: number) =>
  Object.assign(new Error('text'), { name, $metadata: status === undefined ? {} : { httpStatusCode: status } });

test.each<readonly [string, unknown, object]>([
  ['a refusal', thrown('InvalidInstanceId', 400), { code: 'InvalidInstanceId', refused: true, throttled: false }],
  ['a throttled call', thrown('RequestLimitExceeded', 503), { refused: true, throttled: true }],
  ['a throttled call by its status', thrown('Whatever', 429), { refused: true, throttled: true }],
  ['an error of AWS leaves open what happened', thrown('InternalError', 500), { refused: false, throttled: false }],
  ['so does a lost connection', thrown('TimeoutError'), { code: 'TimeoutError', refused: false }],
  ['so does anything else', 'text', { code: 'Unknown', message: 'text', refused: false }],
])('%s', (_case, error, expected) => expect(awsError(error)).toMatchObject(expected));

describe('through throttling', () => {
  const failing = (times: number, error: Error) => {
    let calls = 0;
    return async () => {
      calls++;
      if (calls <= times) throw error;
      return calls;
    };
  };
  test('a call is made again', async () => expect(await throughThrottling(3, 1, failing(2, thrown('Throttling', 400)))).toBe(3));
  test('a bounded number of times', async () =>
    expect(throughThrottling(2, 1, failing(2, thrown('Throttling', 400)))).rejects.toThrow('text'));
  test('but not after another error, since it might act twice', async () => {
    await expect(throughThrottling(3, 1, failing(1, thrown('InternalError', 500)))).rejects.toThrow('text');
  });
});
