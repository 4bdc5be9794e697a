import type { AwsError } from '../aws-error';
import type { Protocol } from '../endpoint/protocol';

const INVOCATIONS = /^\/2015-03-31\/functions\/([^/]+)\/invocations(?:\?.*)?$/;

const parse = (body: string): unknown => (body === '' ? null : JSON.parse(body));

/** What an operation of Lambda's answers: the function's own JSON. */
export interface Invoked {
  readonly payload: unknown;
  /** The function threw. */
  readonly functionError: boolean;
}

const isInvoked = (output: unknown): output is Invoked => typeof output === 'object' && output !== null && 'payload' in output;

/** Lambda's REST protocol, as far as Invoke: the function stands in the path, its event and its answer are the bodies. */
export const lambdaProtocol: Protocol = {
  read: ({ method, path, headers, body }) => {
    const name = method === 'POST' ? INVOCATIONS.exec(path)?.[1] : undefined;
    if (name === undefined) return { action: `${method} ${path}`, input: {} };
    const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
    return { action: 'Invoke', input: { FunctionName: decodeURIComponent(name), InvocationType: type, event: parse(body) } };
  },
  success: (_action, output, requestId) => ({
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amz-executed-version': '$LATEST',
      ...(isInvoked(output) && output.functionError && { 'x-amz-function-error': 'Unhandled' }),
    },
    body: JSON.stringify(isInvoked(output) ? output.payload : output),
  }),
  failure: (error: AwsError, requestId) => ({
    status: error.status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId, 'x-amzn-errortype': error.code },
    body: JSON.stringify({ Message: error.message }),
  }),
};
