import { type Account, arnOf } from '../../account';
import { type FunctionConfig, functionNameOf } from '../../lambda/function-config';
import type { Call } from '../../operation';
import type { Check } from '../check';

const on = (resource: string, ...actions: readonly string[]): readonly Check[] =>
  actions.map((action) => ({ action, resource, context: {} }));

/** What Lambda does for a function with the function's own role: the poller of an event source mapping. */
export const pollerRights = (queueArn: string): readonly Check[] =>
  on(queueArn, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes');

/** The on-failure destination. */
export const destinationRights = (queueArn: string): readonly Check[] => on(queueArn, 'sqs:SendMessage');

/** The log of one process. The stack makes the group. */
export const logRights = (account: Account, { logGroup }: FunctionConfig, stream: string): readonly Check[] =>
  on(arnOf(account, 'logs', `log-group:${logGroup}:log-stream:${stream}`), 'logs:CreateLogStream', 'logs:PutLogEvents');

/** Invoke, by a name or an ARN. */
export const invokeRights =
  (account: Account) =>
  ({ FunctionName }: { readonly FunctionName: string }, { region }: Call): readonly Check[] =>
    on(arnOf({ ...account, region }, 'lambda', `function:${functionNameOf(FunctionName)}`), 'lambda:InvokeFunction');
