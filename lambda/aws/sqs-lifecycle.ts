import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { LIFECYCLE_GROUP, type Request } from '../core/lifecycle/request';
import type { Scope } from '../lifecycle/ports';
import { sqs } from './clients';

/** Put a scope back into the lifecycle function's queue. The queue takes the same text once in 5 minutes: `requestId` tells invocations apart. */
export const sendAgain = async (queueUrl: string, { policyId, instanceId, trigger }: Scope, requestId: string): Promise<void> => {
  const request: Request = { kind: 'again', policyId, instanceId, trigger };
  const MessageBody = JSON.stringify({ ...request, requestId });
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, MessageGroupId: LIFECYCLE_GROUP }));
};
