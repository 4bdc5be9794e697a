import type { Protocol } from './protocol';
import { parseQuery } from './query-params';
import { toXml } from './xml';

const HEADERS = { 'content-type': 'text/xml;charset=UTF-8' };
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';

/** EC2's own query protocol: a form in, XML out. */
export const ec2Protocol: Protocol = {
  read: ({ body }) => parseQuery(body),
  success: (action, output, requestId) => ({
    status: 200,
    headers: HEADERS,
    body: `${DECLARATION}<${action}Response xmlns="${NAMESPACE}">${toXml({ requestId })}${toXml(output)}</${action}Response>`,
  }),
  failure: (error, requestId) => {
    const errors = toXml({ Errors: { Error: { Code: error.code, Message: error.message } }, RequestID: requestId });
    return { status: error.status, headers: HEADERS, body: `${DECLARATION}<Response>${errors}</Response>` };
  },
};
