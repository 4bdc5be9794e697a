import * as z from 'zod/mini';
import type { Account } from '../account';
import { AwsError } from '../aws-error';
import type { Service } from '../endpoint/dispatch';
import { invokeRights } from '../iam/rights/function-rights';
import { operation } from '../operation';
import type { Functions } from './functions';
import { type Invoked, lambdaProtocol } from './rest-protocol';

const schema = z.object({ FunctionName: z.string(), InvocationType: z.literal('RequestResponse'), event: z.unknown() });

/** What Lambda answers itself; everything else a function's failure comes to is an answer of the function. */
const STATUS: Readonly<Record<string, number>> = { ResourceNotFoundException: 404, TooManyRequestsException: 429, ServiceException: 500 };

const invoke = (account: Account, functions: Functions) =>
  operation(schema, invokeRights(account), async ({ FunctionName, event }, call): Promise<Invoked> => {
    call.touched.add(FunctionName);
    const result = await functions.invoke(FunctionName, event, call.requestId);
    if (result.ok) return { payload: result.payload ?? null, functionError: false };
    const { errorType, errorMessage } = result;
    const status = STATUS[errorType];
    if (status !== undefined) throw new AwsError(errorType, errorMessage, status);
    return { payload: { errorType, errorMessage }, functionError: true };
  });

/** Lambda for who calls a function from outside, waiting for its answer. */
export const lambdaService = (account: Account, functions: Functions): Service => ({
  name: 'lambda',
  protocol: lambdaProtocol,
  operations: { Invoke: invoke(account, functions) },
});
