import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AwsError } from '../aws-error';
import type { Call } from '../operation';
import { credentialScope } from './credential-scope';
import { type DispatchPorts, dispatch, type Outcome, type Service } from './dispatch';
import { touchedBy } from './touched';

/** Routes outside AWS, under /_sandbox. */
export type ControlRoute = (method: string, path: string, body: string) => Promise<{ readonly status: number; readonly body: unknown }>;

export interface EndpointPorts extends DispatchPorts {
  readonly services: readonly Service[];
  /** Whose an access key is: a role's or the user's; undefined for nobody's. */
  readonly callerOf: (accessKeyId: string) => string | undefined;
  readonly control: ControlRoute;
}

export interface Endpoint {
  readonly url: string;
  close(): Promise<void>;
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
};

/** One loopback port for all services: the service and the region stand in the SigV4 credential scope. */
export const openEndpoint = async (port: number, ports: EndpointPorts): Promise<Endpoint> => {
  const server = createServer((request, response) => void serve(request, response, ports));
  server.keepAliveTimeout = 60_000;
  await listen(server, port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the endpoint has no port');
  return { url: `http://127.0.0.1:${address.port}`, close: () => close(server) };
};

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

const serve = async (request: IncomingMessage, response: ServerResponse, ports: EndpointPorts): Promise<void> => {
  try {
    const body = await readBody(request);
    const path = request.url ?? '/';
    if (path.startsWith('/_sandbox')) await serveControl(request.method ?? 'GET', path, body, response, ports);
    else send(response, await serveAws(request, body, ports), ports.clock.now());
  } catch (error) {
    response.writeHead(400, { 'content-type': 'text/plain' }).end(`${error instanceof Error ? error.message : String(error)}\n`);
  }
};

const serveControl = async (method: string, path: string, body: string, response: ServerResponse, ports: EndpointPorts): Promise<void> => {
  const answer = await ports.control(method, path, body);
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
};

const serveAws = async (request: IncomingMessage, body: string, ports: EndpointPorts): Promise<Outcome> => {
  const scope = credentialScope(request.headers);
  if (scope === undefined) throw new AwsError('MissingAuthenticationToken', 'no SigV4 Authorization header', 403);
  const service = ports.services.find(({ name }) => name === scope.service);
  if (service === undefined) throw new AwsError('NotImplemented', `the sandbox has no service ${scope.service}`, 501);
  const older = request.headers['x-amz-target'] === undefined ? service.olderProtocol : undefined;
  const protocol = older ?? service.protocol;
  const { action, input } = protocol.read({ method: request.method ?? 'GET', path: request.url ?? '/', headers: request.headers, body });
  const requestId = randomUUID();
  const role = ports.callerOf(scope.accessKeyId);
  if (role === undefined) return protocol.failure(unknownKey(scope.accessKeyId), requestId);
  const token = request.headers['x-amz-security-token'];
  const call: Call = {
    service: service.name,
    action,
    role,
    session: typeof token === 'string' ? token : undefined,
    region: scope.region,
    requestId,
    touched: touchedBy(action, input),
  };
  return dispatch({ ...service, protocol }, call, input, ports);
};

const unknownKey = (accessKeyId: string): AwsError =>
  new AwsError('UnrecognizedClientException', `nobody has the access key ${accessKeyId}: that of the sandbox's user is sandbox`, 403);

/** Sandbox time in the Date header: clients take their clock skew from it. */
const send = (response: ServerResponse, outcome: Outcome, now: Date): void => {
  if (outcome === 'lost') response.destroy();
  else response.writeHead(outcome.status, { ...outcome.headers, date: now.toUTCString() }).end(outcome.body);
};
