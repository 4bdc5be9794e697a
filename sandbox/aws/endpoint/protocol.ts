import type { IncomingHttpHeaders } from 'node:http';
import type { AwsError } from '../aws-error';

export interface WireRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a service writes requests and answers on the wire. */
export interface Protocol {
  read(request: WireRequest): { readonly action: string; readonly input: unknown };
  success(action: string, output: unknown, requestId: string): WireAnswer;
  failure(error: AwsError, requestId: string): WireAnswer;
}
