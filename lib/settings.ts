import { resolve } from 'node:path';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import * as z from 'zod/mini';
import type { StillpointProps } from './stillpoint';

/** Context arrives as text from the command line and as any JSON value from cdk.json. */
const text = z.pipe(z.union([z.string(), z.number()]), z.transform(String));
const number = z.pipe(text, z.transform(Number));

const RETENTION_DAYS = Object.values(RetentionDays).filter((days): days is RetentionDays => typeof days === 'number');

const integer = (least: number, most: number) =>
  number.check(z.refine((value) => Number.isInteger(value) && value >= least && value <= most, `${least} to ${most}`));

/** KMS takes key ARNs as resources, not those of aliases. */
const KEY_ARN = /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/;
const TOPIC_ARN = /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/;
const keyArns = (value: string): string[] => value.split(',').map((arn) => arn.trim());

const SETTINGS = {
  /** Folder of the policies. @default "policies" */
  policies: z._default(text, 'policies'),
  /** Folder that the build writes. @default "build" */
  buildFolder: z._default(text, 'build'),
  /** Executions at once. @default 20 */
  workerConcurrency: z.optional(integer(2, 1000)),
  /** Freezes at once, over all policies. @default none */
  maximumFreezes: z.optional(integer(1, 1000)),
  /** ARNs of the KMS keys of the targets' volumes, with commas between. @default none */
  volumeKeys: z.optional(
    text.check(z.refine((value) => keyArns(value).every((arn) => KEY_ARN.test(arn)), 'key ARNs, with commas between')),
  ),
  /** ARN of the SNS topic that alarms tell. @default none */
  alarmTopicArn: z.optional(text.check(z.regex(TOPIC_ARN, 'the ARN of an SNS topic'))),
  /** Where docs/runbook.md is for the readers of alarms. @default "docs/runbook.md" */
  runbookUrl: z.optional(text.check(z.regex(/^\S{1,500}$/, 'a URL or path without spaces, at most 500 characters'))),
  /** Days that logs are kept: one of CloudWatch's. @default 90 */
  logRetentionDays: z.optional(number.check(z.refine((value) => RETENTION_DAYS.includes(value), `one of ${RETENTION_DAYS.join(', ')}`))),
};
const settingsSchema = z.object(SETTINGS);

/** The app's settings, as context: `npx cdk deploy -c workerConcurrency=50`. */
export type Settings = StillpointProps & Required<Pick<StillpointProps, 'buildFolder'>>;

/** Reads the settings from the app's context. Throws with every one that is wrong. */
export const readSettings = (node: Node): Settings => {
  const context = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, node.tryGetContext(name)]));
  const parsed = settingsSchema.safeParse(context);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.')}: found ${context[String(path[0])]}, allowed: ${message}`,
    );
    throw new Error(`wrong context:\n${problems.join('\n')}`);
  }
  const { policies, buildFolder, workerConcurrency, maximumFreezes, volumeKeys, logRetentionDays, alarmTopicArn, runbookUrl } = parsed.data;
  return {
    policies: resolve(policies),
    buildFolder: resolve(buildFolder),
    ...(workerConcurrency === undefined ? {} : { workerConcurrency }),
    ...(maximumFreezes === undefined ? {} : { maximumFreezes }),
    ...(volumeKeys === undefined ? {} : { volumeKeys: keyArns(volumeKeys) }),
    ...(alarmTopicArn === undefined ? {} : { alarmTopicArn }),
    ...(runbookUrl === undefined ? {} : { runbookUrl }),
    ...(logRetentionDays === undefined ? {} : { logRetention: logRetentionDays }),
  };
};
