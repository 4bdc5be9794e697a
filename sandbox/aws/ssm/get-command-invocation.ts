import * as z from 'zod/mini';
import type { StepResult } from '../../instance/ports';
import { AwsError } from '../aws-error';
import { ssmRights } from '../iam/rights/ssm-rights';
import { operation } from '../operation';
import type { Command, Invocation } from './command';
import type { Ssm } from './ssm';

const schema = z.object({ CommandId: z.string(), InstanceId: z.string(), PluginName: z.optional(z.string()) });

export const getCommandInvocation = (ssm: Ssm) =>
  operation(schema, ssmRights, ({ CommandId, InstanceId, PluginName }) => {
    const command = ssm.commands.get(CommandId);
    const invocation = command?.invocations.find(({ instanceId }) => instanceId === InstanceId);
    if (command === undefined || invocation === undefined || command.visibleAt > ssm.clock.monotonic()) {
      throw new AwsError('InvocationDoesNotExist', '');
    }
    return view(command, invocation, pluginOf(command, PluginName));
  });

/** A document of one step needs no name; of several steps it must be told which. */
const pluginOf = ({ document }: Command, name: string | undefined): string => {
  const names = document.content.mainSteps.map((step) => step.name);
  const chosen = name ?? (names.length === 1 ? names[0] : undefined);
  if (chosen === undefined || !names.includes(chosen)) throw new AwsError('InvalidPluginName', '');
  return chosen;
};

/** The step's state; before the agent reported it, the invocation's. Times as GetCommandInvocation writes them, in ISO 8601. */
const view = (command: Command, invocation: Invocation, plugin: string) => {
  const step = invocation.steps.find(({ name }) => name === plugin);
  return {
    CommandId: command.commandId,
    InstanceId: invocation.instanceId,
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    PluginName: plugin,
    ResponseCode: step?.responseCode ?? -1,
    ...times(step),
    Status: step?.status ?? invocation.status,
    StatusDetails: (step?.statusDetails ?? invocation.statusDetails).replaceAll(' ', ''),
    StandardOutputContent: step?.stdout ?? '',
    StandardOutputUrl: '',
    StandardErrorContent: step?.stderr ?? '',
    StandardErrorUrl: '',
    CloudWatchOutputConfig: { CloudWatchLogGroupName: '', CloudWatchOutputEnabled: false },
  };
};

const times = (step: StepResult | undefined) => {
  const elapsed = step?.startedAt && step.endedAt ? `PT${(step.endedAt.getTime() - step.startedAt.getTime()) / 1000}S` : '';
  return {
    ExecutionStartDateTime: step?.startedAt?.toISOString() ?? '',
    ExecutionElapsedTime: elapsed,
    ExecutionEndDateTime: step?.endedAt?.toISOString() ?? '',
  };
};
