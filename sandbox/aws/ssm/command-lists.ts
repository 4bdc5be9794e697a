import * as z from 'zod/mini';
import { AwsError } from '../aws-error';
import { ssmRights } from '../iam/rights/ssm-rights';
import { operation } from '../operation';
import { pageOf } from '../pages';
import { type Command, commandStatus } from './command';
import { commandView, invocationView } from './command-views';
import type { Ssm } from './ssm';

const filter = z.object({ key: z.enum(['InvokedAfter', 'InvokedBefore', 'Status', 'DocumentName', 'ExecutionStage']), value: z.string() });

const fields = {
  CommandId: z.optional(z.string()),
  InstanceId: z.optional(z.string()),
  Filters: z.optional(z.array(filter).check(z.maxLength(5))),
  MaxResults: z.optional(z.int().check(z.minimum(1), z.maximum(50))),
  NextToken: z.optional(z.string()),
};
type Filters = z.infer<typeof fields.Filters>;

const PAGE = 50;
const pageRequest = (ssm: Ssm, input: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined }) => ({
  token: input.NextToken,
  size: Math.min(input.MaxResults ?? PAGE, ssm.timing.pageLimit),
  badToken: 'InvalidNextToken',
});

/** Newest first, as the service lists them. */
const matching = (ssm: Ssm, commandId: string | undefined, filters: Filters): readonly Command[] => {
  const commands = [...ssm.commands.values()].reverse();
  if (commandId !== undefined && !ssm.commands.has(commandId)) throw new AwsError('InvalidCommandId', '');
  return commands.filter((command) => (commandId === undefined || command.commandId === commandId) && fits(command, filters));
};

const fits = (command: Command, filters: Filters): boolean =>
  (filters ?? []).every(({ key, value }) => {
    if (key === 'InvokedAfter') return command.requestedAt.getTime() >= Date.parse(value);
    if (key === 'InvokedBefore') return command.requestedAt.getTime() < Date.parse(value);
    return key !== 'DocumentName' || command.documentName === value;
  });

const statusFits = (status: string, filters: Filters): boolean =>
  (filters ?? []).every(({ key, value }) => key !== 'Status' || status === value);

export const listCommands = (ssm: Ssm) =>
  operation(z.object(fields), ssmRights, (input) => {
    const found = matching(ssm, input.CommandId, input.Filters)
      .filter((command) => statusFits(commandStatus(command), input.Filters))
      .filter(({ invocations }) => input.InstanceId === undefined || invocations.some(({ instanceId }) => instanceId === input.InstanceId));
    const page = pageOf(found, pageRequest(ssm, input));
    return { Commands: page.items.map(commandView), ...(page.token !== undefined && { NextToken: page.token }) };
  });

export const listCommandInvocations = (ssm: Ssm) =>
  operation(z.object({ ...fields, Details: z.optional(z.boolean()) }), ssmRights, (input) => {
    const found = matching(ssm, input.CommandId, input.Filters)
      .flatMap((command) => command.invocations.map((invocation) => ({ command, invocation })))
      .filter(({ invocation }) => statusFits(invocation.status, input.Filters))
      .filter(({ invocation }) => input.InstanceId === undefined || invocation.instanceId === input.InstanceId);
    const page = pageOf(found, pageRequest(ssm, input));
    return {
      CommandInvocations: page.items.map(({ command, invocation }) => invocationView(command, invocation, input.Details ?? false)),
      ...(page.token !== undefined && { NextToken: page.token }),
    };
  });
