import { AwsError } from './aws-error';

export interface PageRequest {
  readonly token?: string | undefined;
  readonly size?: number | undefined;
  /** Code for a token that the sandbox did not give. */
  readonly badToken: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly token: string | undefined;
}

const encode = (offset: number): string => Buffer.from(`page:${offset}`).toString('base64url');

const decode = (token: string, badToken: string): number => {
  const offset = /^page:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (offset === undefined) throw new AwsError(badToken, 'The specified token is not valid.');
  return Number(offset);
};

/** One page of the items, and the token of the next. */
export const pageOf = <T>(items: readonly T[], { token, size = Number.POSITIVE_INFINITY, badToken }: PageRequest): Page<T> => {
  const from = token === undefined || token === '' ? 0 : decode(token, badToken);
  const end = from + size;
  return { items: items.slice(from, end), token: end < items.length ? encode(end) : undefined };
};
