import type { Protocol } from './protocol';
import { parseQuery, type QueryValue } from './query-params';
import { toXml } from './xml';

const NAMESPACE = 'http://queue.amazonaws.com/doc/2012-11-05/';
const HEADERS = { 'content-type': 'text/xml' };

/** Lists of the input, which this protocol names by their element. */
const INPUT_LISTS: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  SendMessageBatchRequestEntry: 'Entries',
};

const OUTPUT_LISTS: Readonly<Record<string, string>> = {
  Messages: 'Message',
  QueueUrls: 'QueueUrl',
  Successful: 'SendMessageBatchResultEntry',
  Failed: 'BatchResultErrorEntry',
};

const renameInput = (input: QueryValue): QueryValue =>
  typeof input === 'object' && !Array.isArray(input)
    ? Object.fromEntries(Object.entries(input).map(([key, value]) => [INPUT_LISTS[key] ?? key, value]))
    : input;

/** Lists are flat: an element each, without a wrapper. A map is a list of names and values. */
const elements = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return toXml(value);
  return Object.entries(value)
    .map(([key, child]: [string, unknown]) => element(key, child))
    .join('');
};

const element = (key: string, child: unknown): string => {
  if (Array.isArray(child)) return child.map((item) => wrap(OUTPUT_LISTS[key] ?? key, elements(item))).join('');
  if (key === 'Attributes' && typeof child === 'object' && child !== null) {
    return Object.entries(child)
      .map(([Name, Value]) => wrap('Attribute', toXml({ Name, Value })))
      .join('');
  }
  return wrap(key, elements(child));
};

const wrap = (name: string, content: string): string => `<${name}>${content}</${name}>`;

/** SQS's protocol before AWS JSON, which older AWS CLIs speak (2.9 of Debian 12). */
export const sqsQueryProtocol = (queryCode: (code: string) => string): Protocol => ({
  read: ({ body }) => {
    const { action, input } = parseQuery(body);
    return { action, input: renameInput(input) };
  },
  success: (action, output, requestId) => {
    const result = `${wrap(`${action}Result`, elements(output))}${wrap('ResponseMetadata', toXml({ RequestId: requestId }))}`;
    return { status: 200, headers: HEADERS, body: `<${action}Response xmlns="${NAMESPACE}">${result}</${action}Response>` };
  },
  failure: (error, requestId) => {
    const Type = error.status < 500 ? 'Sender' : 'Receiver';
    const found = toXml({ Error: { Type, Code: queryCode(error.code), Message: error.message, Detail: '' }, RequestId: requestId });
    return { status: error.status, headers: HEADERS, body: `<ErrorResponse xmlns="${NAMESPACE}">${found}</ErrorResponse>` };
  },
});
