import type * as z from 'zod/mini';
import { AwsError } from './aws-error';
import type { Check } from './iam/check';

/** One AWS request, as far as it is the same for all services. */
export interface Call {
  readonly service: string;
  readonly action: string;
  /** Logical id of the caller's role, or `user`. */
  readonly role: string;
  /** The function process that called, when one did. */
  readonly session: string | undefined;
  /** From the credential scope. */
  readonly region: string;
  readonly requestId: string;
  /** What the request concerns: instance and snapshot ids, names of documents and queues. Operations add to it. */
  readonly touched: Set<string>;
}

/** A request whose input was checked, not yet carried out. */
export interface Prepared {
  /** What its caller must be allowed to do, all of it. */
  readonly checks: readonly Check[];
  act(): unknown;
}

/** An operation of a service, behind the wire. `input` is not yet checked. */
export type Operation = (input: unknown, call: Call) => Prepared;
export type Operations = Readonly<Record<string, Operation>>;

/** The rights that an operation asks of its caller. */
export type Rights<T> = (input: T, call: Call) => readonly Check[];

interface Schema<T> {
  safeParse(input: unknown): { success: true; data: T } | { success: false; error: z.core.$ZodError };
}

const problemOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys' ? `the sandbox does not know ${issue.keys.join(', ')}` : issue.message;

/** An operation that checks its input against a schema first, and answers as AWS does when it does not fit. */
export const operation =
  <T>(schema: Schema<T>, rights: Rights<T>, act: (input: T, call: Call) => unknown, code = 'ValidationException'): Operation =>
  (input, call) => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return { checks: rights(parsed.data, call), act: () => act(parsed.data, call) };
    const found = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${problemOf(issue)}`);
    throw new AwsError(code, `${found.length} validation error detected: ${found.join('; ')}`);
  };
