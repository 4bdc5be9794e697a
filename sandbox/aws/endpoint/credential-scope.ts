import type { IncomingHttpHeaders } from 'node:http';

/** What the SigV4 header tells. The signature itself is not checked: loopback only. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

const SCOPE = /Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/;

export const credentialScope = (headers: IncomingHttpHeaders): CredentialScope | undefined => {
  const found = SCOPE.exec(headers.authorization ?? '');
  if (found === null) return undefined;
  const [, accessKeyId = '', region = '', service = ''] = found;
  return { accessKeyId, region, service };
};
