import type { StepResult } from '../../instance/ports';
import { epoch } from '../epoch';
import { type Command, commandStatus, type Invocation, isFinal } from './command';

/** A command as SendCommand and ListCommands tell it. */
export const commandView = (command: Command) => ({
  CommandId: command.commandId,
  DocumentName: command.documentName,
  DocumentVersion: command.documentVersion,
  Comment: command.comment,
  ExpiresAfter: epoch(command.requestedAt) + command.timeoutSeconds,
  Parameters: command.parameters,
  InstanceIds: command.invocations.map(({ instanceId }) => instanceId),
  Targets: [],
  RequestedDateTime: epoch(command.requestedAt),
  Status: commandStatus(command),
  StatusDetails: commandStatus(command),
  MaxConcurrency: '50',
  MaxErrors: '0',
  TargetCount: command.invocations.length,
  CompletedCount: command.invocations.filter(({ status }) => isFinal(status)).length,
  ErrorCount: command.invocations.filter(({ status }) => status === 'Failed' || status === 'TimedOut').length,
  DeliveryTimedOutCount: command.invocations.filter(({ statusDetails }) => statusDetails === 'DeliveryTimedOut').length,
  TimeoutSeconds: command.timeoutSeconds,
});

/** What one step tells in ListCommandInvocations: at most 2,500 characters of its output. */
const pluginView = (step: StepResult) => ({
  Name: step.name,
  Status: step.status,
  StatusDetails: step.statusDetails.replaceAll(' ', ''),
  ResponseCode: step.responseCode,
  ...(step.startedAt && { ResponseStartDateTime: epoch(step.startedAt) }),
  ...(step.endedAt && { ResponseFinishDateTime: epoch(step.endedAt) }),
  Output: (step.stdout + (step.stderr === '' ? '' : `\n----------ERROR-------\n${step.stderr}`)).slice(0, 2_500),
  StandardOutputUrl: '',
  StandardErrorUrl: '',
});

/** An invocation as ListCommandInvocations tells it. */
export const invocationView = (command: Command, invocation: Invocation, details: boolean) => ({
  CommandId: command.commandId,
  InstanceId: invocation.instanceId,
  InstanceName: '',
  Comment: command.comment,
  DocumentName: command.documentName,
  DocumentVersion: command.documentVersion,
  RequestedDateTime: epoch(command.requestedAt),
  Status: invocation.status,
  StatusDetails: invocation.statusDetails,
  StandardOutputUrl: '',
  StandardErrorUrl: '',
  CommandPlugins: details ? invocation.steps.map(pluginView) : [],
});
