import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';

/** Made once a process. Region, credentials and endpoint come from the environment, as Lambda sets it. */
export const ec2 = new EC2Client({});
export const ssm = new SSMClient({});
export const sqs = new SQSClient({});
export const eventBridge = new EventBridgeClient({});

/**
 * CreateSnapshots and SendCommand have no client token, so a retry by the SDK could act twice: one try only. An answer
 * that is lost is the core's to handle.
 */
export const ec2Once = new EC2Client({ maxAttempts: 1 });
export const ssmOnce = new SSMClient({ maxAttempts: 1 });
