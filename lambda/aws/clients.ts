import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';

/** The SDK waits for ever by default: a connection that hangs must not keep an instance frozen. Milliseconds. */
const within = (requestTimeout: number) => ({ connectionTimeout: 2_000, requestTimeout, throwOnRequestTimeout: true });

/** Many executions begin in the same minute: the SDK backs off and tries a throttled call this often. */
const PATIENT = { maxAttempts: 6, requestHandler: within(10_000) };

/** Made once a process. Region, credentials and endpoint come from the environment, as Lambda sets it. */
export const ec2 = new EC2Client(PATIENT);
export const ssm = new SSMClient(PATIENT);
export const sqs = new SQSClient(PATIENT);
export const eventBridge = new EventBridgeClient(PATIENT);

/** The table of brakes, which is asked again every few seconds and right before anything is frozen: better a quick "can't be read". */
export const dynamoDb = new DynamoDBClient({ maxAttempts: 3, requestHandler: within(3_000) });

/** Clients are made when they are first needed: which regions there are, the policies say. */
const perRegion = (make: (region: string) => EC2Client) => {
  const made = new Map<string, EC2Client>();
  return (region: string): EC2Client => {
    const client = made.get(region) ?? make(region);
    made.set(region, client);
    return client;
  };
};

/** EC2 in another region. */
export const ec2In = perRegion((region) => new EC2Client({ ...PATIENT, region }));
/** For CopySnapshot, which has no client token either. */
export const ec2OnceIn = perRegion((region) => new EC2Client({ maxAttempts: 1, requestHandler: within(15_000), region }));

/**
 * CreateSnapshots and SendCommand have no client token, so a retry by the SDK could act twice: one try only. An answer
 * that is lost is the core's to handle.
 */
export const ec2Once = new EC2Client({ maxAttempts: 1, requestHandler: within(15_000) });
export const ssmOnce = new SSMClient({ maxAttempts: 1, requestHandler: within(5_000) });
