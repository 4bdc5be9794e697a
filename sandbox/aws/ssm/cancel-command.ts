import * as z from 'zod/mini';
import { AwsError } from '../aws-error';
import { ssmRights } from '../iam/rights/ssm-rights';
import { operation } from '../operation';
import { type Command, type Invocation, isFinal } from './command';
import type { Ssm } from './ssm';

const schema = z.object({ CommandId: z.string(), InstanceIds: z.optional(z.array(z.string())) });

export const cancelCommand = (ssm: Ssm) =>
  operation(schema, ssmRights, ({ CommandId, InstanceIds = [] }, call) => {
    const command = ssm.commands.get(CommandId);
    if (command === undefined) throw new AwsError('InvalidCommandId', '');
    const chosen = command.invocations.filter(({ instanceId }) => InstanceIds.length === 0 || InstanceIds.includes(instanceId));
    for (const invocation of chosen) {
      call.touched.add(invocation.instanceId);
      cancel(ssm, command, invocation);
    }
    return {};
  });

/** A command that has not reached its agent is Cancelled at once, though a late delivery may still start it. */
const cancel = (ssm: Ssm, command: Command, invocation: Invocation): void => {
  if (isFinal(invocation.status)) return;
  const status = invocation.delivered ? 'Cancelling' : 'Cancelled';
  invocation.status = status;
  invocation.statusDetails = status;
  if (invocation.delivered) ssm.nodes.get(invocation.instanceId)?.agent()?.cancel(command.commandId);
};
