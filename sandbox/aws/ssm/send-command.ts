import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { AwsError } from '../aws-error';
import { sendCommandRights } from '../iam/rights/ssm-rights';
import { operation } from '../operation';
import type { Command } from './command';
import { commandView } from './command-views';
import { deliver } from './delivery';
import { checkParameters } from './parameters-check';
import type { Ssm } from './ssm';

const schema = z.object({
  InstanceIds: z.optional(z.array(z.string()).check(z.maxLength(50))),
  Targets: z.optional(z.array(z.unknown())),
  DocumentName: z.string(),
  DocumentVersion: z.optional(z.string().check(z.regex(/^(\$LATEST|\$DEFAULT|[1-9][0-9]*)$/))),
  DocumentHash: z.optional(z.string()),
  DocumentHashType: z.optional(z.enum(['Sha256', 'Sha1'])),
  TimeoutSeconds: z.optional(z.int().check(z.minimum(30), z.maximum(2_592_000))),
  Comment: z.optional(z.string().check(z.maxLength(100))),
  Parameters: z.optional(z.record(z.string(), z.array(z.string()))),
});
type Input = z.infer<typeof schema>;

/** Seconds a command waits for its agent when SendCommand does not say. */
const DEFAULT_TIMEOUT = 3_600;

export const sendCommand = (ssm: Ssm) =>
  operation(schema, sendCommandRights(ssm), (input) => {
    const instanceIds = targets(ssm, input);
    const document = ssm.documents.find(input.DocumentName);
    const version = ssm.documents.version(document, input.DocumentVersion);
    if (input.DocumentHash !== undefined && input.DocumentHashType !== 'Sha1' && input.DocumentHash !== version.hash) {
      throw new AwsError('InvalidDocument', `The hash of ${document.name} is not the given one.`);
    }
    checkParameters(version.content, input.Parameters ?? {});
    const command: Command = {
      commandId: randomUUID(),
      documentName: input.DocumentName,
      documentVersion: input.DocumentVersion ?? '$DEFAULT',
      document: version,
      comment: input.Comment ?? '',
      parameters: input.Parameters ?? {},
      timeoutSeconds: input.TimeoutSeconds ?? DEFAULT_TIMEOUT,
      requestedAt: ssm.clock.now(),
      visibleAt: ssm.clock.monotonic() + ssm.timing.invocationVisibleMs,
      invocations: instanceIds.map((instanceId) => ({
        instanceId,
        status: 'Pending',
        statusDetails: 'Pending',
        steps: [],
        delivered: false,
      })),
    };
    ssm.commands.set(command.commandId, command);
    for (const invocation of command.invocations) deliver(ssm, command, invocation);
    return { Command: commandView(command) };
  });

/** One id that is not managed fails the whole call. */
const targets = (ssm: Ssm, { InstanceIds = [], Targets }: Input): readonly string[] => {
  if (Targets !== undefined) throw new AwsError('NotImplemented', 'the sandbox takes InstanceIds, not Targets', 501);
  if (InstanceIds.length === 0) throw new AwsError('ValidationException', 'Either InstanceIds or Targets must be given');
  if (!InstanceIds.every((id) => ssm.nodes.has(id))) throw new AwsError('InvalidInstanceId', 'Instances not in a valid state for account');
  return [...new Set(InstanceIds)];
};
