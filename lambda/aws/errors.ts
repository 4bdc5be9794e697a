import * as z from 'zod/mini';
import { isMissingRight } from '../core/policy-state/missing-right';

const errorSchema = z.object({
  name: z.string(),
  message: z.string(),
  $metadata: z.optional(z.object({ httpStatusCode: z.optional(z.number()) })),
});

export interface AwsError {
  /** AWS's error code; the SDK's or Node's name when no answer came. */
  readonly code: string;
  readonly message: string;
  readonly throttled: boolean;
  /** AWS answered and refused: the request was certainly not carried out. */
  readonly refused: boolean;
}

const THROTTLES = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'SlowDown',
]);

/** What AWS said where it refused for missing rights, as `code: message`; undefined of any other exception. */
export const missingRight = (thrown: unknown): string | undefined => {
  const { refused, code, message } = awsError(thrown);
  return refused && isMissingRight(code) ? `${code}: ${message}` : undefined;
};

/** What an exception of the SDK says. Anything without a 4xx answer leaves open whether the request was carried out. */
export const awsError = (thrown: unknown): AwsError => {
  const parsed = errorSchema.safeParse(thrown);
  if (!parsed.success) return { code: 'Unknown', message: String(thrown), throttled: false, refused: false };
  const { name, message, $metadata } = parsed.data;
  const status = $metadata?.httpStatusCode ?? 0;
  const throttled = THROTTLES.has(name) || status === 429;
  return { code: name, message, throttled, refused: throttled || (status >= 400 && status < 500) };
};
