import {
  CancelCommandCommand,
  type Command,
  type CommandInvocation,
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  paginateListCommands,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import type { CommandState } from '../core/execution/command-state';
import type { CommandRef } from '../core/execution/facts';
import type { Commands, HistoryCommand, ScriptRequest, SendAnswer } from '../worker/ports';
import { throughThrottling } from './backoff';
import { ssm, ssmOnce } from './clients';
import { awsError } from './errors';
import { logger } from './logger';

/** Seconds that SSM may take to deliver a command: the least that SendCommand accepts. */
const DELIVERY_TIMEOUT_SECONDS = 30;

const send = async ({ instanceId, document, comment, parameters }: ScriptRequest): Promise<SendAnswer> => {
  const command = new SendCommandCommand({
    DocumentName: document.name,
    DocumentVersion: document.version,
    ...(document.hash === undefined ? {} : { DocumentHash: document.hash, DocumentHashType: 'Sha256' }),
    InstanceIds: [instanceId],
    TimeoutSeconds: DELIVERY_TIMEOUT_SECONDS,
    Comment: comment,
    Parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]])),
  });
  try {
    const { Command: sent } = await throughThrottling(4, 250, () => ssmOnce.send(command));
    if (sent?.CommandId === undefined) return { kind: 'lost' };
    return { kind: 'sent', command: { commandId: sent.CommandId, documentVersion: sent.DocumentVersion } };
  } catch (thrown) {
    const { refused, code, message } = awsError(thrown);
    return refused ? { kind: 'refused', code, message } : { kind: 'lost' };
  }
};

const PENDING: CommandState = { status: 'Pending', statusDetails: 'Pending', exitCode: -1, started: false, output: '', endedAt: undefined };

/** A step's own answer serves documents with one step: it is there sooner than the node's status. */
const state = async (instanceId: string, command: CommandRef, steps: readonly string[]): Promise<CommandState | undefined> => {
  try {
    return steps.length === 1 ? await stepState(instanceId, command.commandId) : await nodeState(instanceId, command.commandId);
  } catch (thrown) {
    const error = awsError(thrown);
    if (error.code === 'InvocationDoesNotExist' || error.code === 'InvalidPluginName') return PENDING; // SSM shows a command only after a moment
    if (!error.throttled) logger.warn('no answer on a command', { commandId: command.commandId, error });
    return undefined; // never the script's failure, and no reason to leave an instance frozen: poll again
  }
};

/** The agent has it, though it may tell times only at the end. */
const isUnderWay = (status: string | undefined): boolean => status === 'InProgress' || status === 'Cancelling';

const stepState = async (instanceId: string, commandId: string): Promise<CommandState> => {
  const answer = await ssmOnce.send(new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId }));
  return {
    status: answer.Status ?? 'Pending',
    statusDetails: answer.StatusDetails ?? '',
    exitCode: answer.ResponseCode ?? -1,
    started: Boolean(answer.ExecutionStartDateTime) || isUnderWay(answer.Status),
    output: answer.StandardOutputContent ?? '',
    endedAt: answer.ExecutionEndDateTime ? new Date(answer.ExecutionEndDateTime) : undefined,
  };
};

const nodeState = async (instanceId: string, commandId: string): Promise<CommandState> => {
  const input = { CommandId: commandId, InstanceId: instanceId, Details: true };
  const { CommandInvocations = [] } = await ssmOnce.send(new ListCommandInvocationsCommand(input));
  const [node] = CommandInvocations;
  return node === undefined ? PENDING : fromNode(node);
};

const fromNode = ({ Status, StatusDetails, CommandPlugins = [] }: CommandInvocation): CommandState => {
  const failed = CommandPlugins.find((plugin) => plugin.Status === 'Failed' || plugin.Status === 'TimedOut');
  const ends = CommandPlugins.flatMap((plugin) => plugin.ResponseFinishDateTime?.getTime() ?? []);
  return {
    status: Status ?? 'Pending',
    statusDetails: StatusDetails ?? '',
    exitCode: (failed ?? CommandPlugins.at(-1))?.ResponseCode ?? -1,
    started: CommandPlugins.some((plugin) => plugin.ResponseStartDateTime !== undefined) || isUnderWay(Status),
    output: CommandPlugins.map((plugin) => plugin.Output ?? '').join('\n'),
    endedAt: ends.length === 0 ? undefined : new Date(Math.max(...ends)),
  };
};

/** CancelCommand gives no guarantee anyway: what became of the command is read from its state afterwards. */
const cancel = async (instanceId: string, { commandId }: CommandRef): Promise<void> => {
  try {
    await ssm.send(new CancelCommandCommand({ CommandId: commandId, InstanceIds: [instanceId] }));
  } catch (thrown) {
    logger.warn('not cancelled', { commandId, error: awsError(thrown) });
  }
};

const history = async (instanceId: string, since: Date): Promise<readonly HistoryCommand[]> => {
  const filter = { key: 'InvokedAfter', value: `${since.toISOString().slice(0, 19)}Z` } as const;
  const pages = paginateListCommands({ client: ssm }, { InstanceId: instanceId, Filters: [filter] });
  const commands: HistoryCommand[] = [];
  for await (const page of pages) commands.push(...(page.Commands ?? []).flatMap(fromHistory));
  return commands.sort((a, b) => a.requestedAt.getTime() - b.requestedAt.getTime());
};

const fromHistory = ({
  CommandId,
  DocumentVersion,
  DocumentName,
  Comment,
  RequestedDateTime,
  Status,
  Parameters,
}: Command): HistoryCommand[] => {
  if (CommandId === undefined || RequestedDateTime === undefined) return [];
  return [
    {
      command: { commandId: CommandId, documentVersion: DocumentVersion },
      comment: Comment ?? '',
      documentName: DocumentName ?? '',
      requestedAt: RequestedDateTime,
      status: Status ?? 'Pending',
      script: Parameters?.['command']?.[0],
      executionId: Parameters?.['executionId']?.[0],
    },
  ];
};

export const ssmCommands: Commands = { send, state, cancel, history };
