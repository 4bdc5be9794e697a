import { AwsError } from '../aws-error';
import type { QueueSettings } from './queue-settings';

export interface SendRequest {
  readonly body: string;
  readonly senderId: string;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  readonly delaySeconds?: number | undefined;
}

export const badParameter = (name: string, value: unknown, reason: string): AwsError =>
  new AwsError('InvalidParameterValue', `Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);

const WRONG_TYPE = 'The request include parameter that is not valid for this queue type.';

/** Refuse what the queue's type does not take: FIFO queues need a group and delay no single message, others have no groups. */
export const checkSend = ({ fifo }: QueueSettings, { groupId, deduplicationId, delaySeconds = 0 }: SendRequest): void => {
  if (fifo && groupId === undefined) throw new AwsError('MissingParameter', 'The request must contain the parameter MessageGroupId.');
  if (fifo && delaySeconds !== 0) throw badParameter('DelaySeconds', delaySeconds, WRONG_TYPE);
  if (!fifo && groupId !== undefined) throw badParameter('MessageGroupId', groupId, WRONG_TYPE);
  if (!fifo && deduplicationId !== undefined) throw badParameter('MessageDeduplicationId', deduplicationId, WRONG_TYPE);
};
