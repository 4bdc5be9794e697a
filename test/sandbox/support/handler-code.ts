/** Code of handlers: `call` speaks the wire protocol by hand, so that a handler needs no bundle. */
const CALL = `
const env = process.env;
const call = async (service, target, body) => {
  const headers = {
    authorization: 'AWS4-HMAC-SHA256 Credential=' + env.AWS_ACCESS_KEY_ID + '/20261121/' + env.AWS_REGION + '/' + service + '/aws4_request, SignedHeaders=host, Signature=0',
    'x-amz-security-token': env.AWS_SESSION_TOKEN,
    'x-amz-target': target,
  };
  const response = await fetch(env.AWS_ENDPOINT_URL, { method: 'POST', headers, body: JSON.stringify(body) });
  return response.json();
};
const send = (QueueUrl, MessageBody, more = {}) => call('sqs', 'AmazonSQS.SendMessage', { QueueUrl, MessageBody, ...more });
`;

/** A handler whose body is given; it sees `event`, `context`, `call`, `send` and `env`. */
export const handlerCode = (body: string): string =>
  `${CALL}\nlet count = 0;\nexport const handler = async (event, context) => {\n count += 1;\n${body}\n};\n`;
