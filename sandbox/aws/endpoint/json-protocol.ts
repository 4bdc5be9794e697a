import { AwsError } from '../aws-error';
import type { Protocol } from './protocol';

export interface JsonDialect {
  readonly version: '1.0' | '1.1';
  /** What stands before `#` in an error's `__type`; SSM and EventBridge write none. */
  readonly namespace?: string;
  /** The code that the service had in the query protocol, for SQS's x-amzn-query-error. */
  readonly queryCode?: (code: string) => string;
}

const parse = (body: string): unknown => {
  if (body === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    throw new AwsError('SerializationException', 'the request body is not JSON');
  }
};

/** AWS JSON: the action in X-Amz-Target, JSON in and out. */
export const jsonProtocol = ({ version, namespace, queryCode }: JsonDialect): Protocol => {
  const headers = (requestId: string) => ({ 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': requestId });
  return {
    read: (request) => {
      const target = request.headers['x-amz-target'];
      return { action: (typeof target === 'string' ? target : '').split('.').at(-1) ?? '', input: parse(request.body) };
    },
    success: (_action, output, requestId) => ({ status: 200, headers: headers(requestId), body: JSON.stringify(output ?? {}) }),
    failure: (error, requestId) => ({
      status: error.status,
      headers: {
        ...headers(requestId),
        'x-amzn-errortype': error.code,
        ...(queryCode && { 'x-amzn-query-error': `${queryCode(error.code)};${error.status < 500 ? 'Sender' : 'Receiver'}` }),
      },
      body: JSON.stringify({ __type: namespace === undefined ? error.code : `${namespace}#${error.code}`, message: error.message }),
    }),
  };
};
