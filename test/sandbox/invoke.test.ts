import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { functionResources } from './support/assembly';
import { type Bench, openBench, REGION } from './support/bench';
import { handlerCode } from './support/handler-code';

let bench: Bench;
let lambda: LambdaClient;
beforeAll(async () => {
  const code = { asked: handlerCode("if (event.fail) throw new TypeError('no');\nreturn { asked: event };") };
  bench = await openBench({ resources: functionResources('Asked', 'asked', { FunctionName: 'asked' }), code, realTime: true });
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  lambda = new LambdaClient({ endpoint: bench.sandbox.endpoint, region: REGION, credentials, maxAttempts: 1 });
});
afterAll(() => bench?.end());

const invoke = async (FunctionName: string, event: unknown) => {
  const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
  return { FunctionError, answer: JSON.parse(new TextDecoder().decode(Payload)) };
};

describe('Invoke', () => {
  test('waits for the function’s answer', async () => {
    expect(await invoke('asked', { a: 'ü' })).toEqual({ FunctionError: undefined, answer: { asked: { a: 'ü' } } });
  });

  test('tells a function that threw', async () => {
    const answer = { errorType: 'TypeError', errorMessage: 'no' };
    expect(await invoke('asked', { fail: true })).toEqual({ FunctionError: 'Unhandled', answer });
  });

  test('knows no other function', async () => {
    await expect(invoke('other', {})).rejects.toMatchObject({ name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } });
  });

  test('is all of Lambda that there is', async () => {
    await expect(lambda.send(new ListFunctionsCommand({}))).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
  });
});
