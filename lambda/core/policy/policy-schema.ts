import * as z from 'zod/mini';
import { VSS_DOCUMENTS } from '../vss/vss-documents';
import { cronProblem } from './cron';
import { handlerProblem } from './execution-handler';

/**
 * A policy file: DLM's `PolicyDetails` with `Description` and `State`, plus `Stillpoint`. Limits are those of DLM's API
 * model; each message says what is allowed. Lengths of lists and rules over several keys are in policy-rules.ts, so that one
 * bad entry never hides another problem. DLM keys that are not built yet are here only where a value means "off".
 */
const integer = (min: number, max: number) => {
  const allowed = `an integer from ${min} to ${max}`;
  return z.int(allowed).check(z.gte(min, allowed), z.lte(max, allowed));
};

const text = (allowed: string, pattern: RegExp) => z.string(allowed).check(z.regex(pattern, allowed));

const oneOf = <const T extends readonly string[]>(...values: T) =>
  z.enum(values, values.length === 1 ? JSON.stringify(values[0]) : `one of ${values.join(', ')}`);

/** A string with a rule of its own, which answers with what is allowed, or nothing when the string is right. */
const checked = (allowed: string, problem: (value: string) => string | undefined) =>
  z.string(allowed).check((payload) => {
    const message = problem(payload.value);
    if (message !== undefined) payload.issues.push({ code: 'custom', message, input: payload.value });
  });

/** The form of a region's name, as DLM's model has it for TargetRegion. */
const REGION = /^(?=.{1,16}$)([a-z]+-){2,3}\d$/;
const regionProblem = (target: string): string | undefined => {
  if (REGION.test(target)) return undefined;
  return target.startsWith('arn:')
    ? 'the name of a region, such as eu-west-1 (copies to Outposts are not built)'
    : 'the name of a region, such as eu-west-1';
};
const region = checked('the name of a region, such as eu-west-1', regionProblem);
/** DLM's model: keys only, no aliases. */
const KMS_KEY = /^(?=.{1,2048}$)arn:aws(-[a-z]{1,3}){0,2}:kms:([a-z]+-){2,3}\d:\d+:key\/.+$/;

const boolean = z.optional(z.boolean('true or false'));
const off = z.optional(z.literal(false, 'false'));

const NAME = /^[0-9A-Za-z _-]{1,120}$/;
const DESCRIPTION = /^[0-9A-Za-z _-]{0,500}$/;
/** The forms of a zone's name and of its id, 16 characters at most. */
const ZONE = /^(?=.{1,16}$)([a-z]+-){2,3}\d[a-z]$/;
const ZONE_ID = /^(?=.{1,16}$)[a-z]{3,4}\d-az\d+$/;
const TIME = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;

/** EC2's limits for tags, in characters: DLM's model takes more, EC2 has no such tags. */
export const tagSchema = z.strictObject(
  {
    Key: text('a tag key of 1 to 128 characters', /^.{1,128}$/su),
    Value: text('a tag value of 0 to 256 characters', /^.{0,256}$/su),
  },
  'an object with Key and Value',
);
export type Tag = z.infer<typeof tagSchema>;

/** A key that EC2 writes for us (its API reference says 127 characters, its user guide 128), and that is neither AWS's nor ours, in any case. */
const writtenKey = text(
  'a tag key of 1 to 127 characters that does not begin with aws: or stillpoint:',
  /^(?!(aws|stillpoint):).{1,127}$/isu,
);

export const addedTagSchema = z.strictObject({ Key: writtenKey, Value: tagSchema.shape.Value }, 'an object with Key and Value');

export const variableTagSchema = z.strictObject(
  { Key: writtenKey, Value: oneOf('$(instance-id)', '$(timestamp)') },
  'an object with Key and Value',
);

export const scriptSchema = z.strictObject(
  {
    Stages: z.optional(z.array(oneOf('PRE', 'POST'), 'a list of PRE, POST')),
    ExecutionHandlerService: z.optional(oneOf('AWS_SYSTEMS_MANAGER')),
    ExecutionHandler: checked('the name or ARN of an SSM document', handlerProblem),
    ExecuteOperationOnScriptFailure: z.optional(z.boolean('true or false')),
    ExecutionTimeout: z.optional(integer(10, 120)),
    MaximumRetryCount: z.optional(integer(0, 3)),
  },
  'a script (object)',
);
export type Script = z.infer<typeof scriptSchema>;

export const createRuleSchema = z.strictObject(
  {
    Location: z.optional(oneOf('CLOUD')),
    CronExpression: z.optional(checked('a cron expression', cronProblem)),
    Interval: z.optional(z.literal([1, 2, 3, 4, 6, 8, 12, 24], 'one of 1, 2, 3, 4, 6, 8, 12, 24')),
    IntervalUnit: z.optional(oneOf('HOURS')),
    Times: z.optional(z.array(text('a time hh:mm in UTC', TIME), 'a list of one time hh:mm in UTC')),
    Scripts: z.optional(z.array(scriptSchema, 'a list of at most 1 script')),
  },
  'an object',
);

export const retainRuleSchema = z.strictObject(
  {
    Count: z.optional(integer(1, 1000)),
    Interval: z.optional(z.int('a positive integer').check(z.gte(1, 'a positive integer'))),
    IntervalUnit: z.optional(oneOf('DAYS', 'WEEKS', 'MONTHS', 'YEARS')),
  },
  'an object',
);

/** DLM's CrossRegionCopyRetainRule: copies are kept by age only. */
export const copyRetainRuleSchema = z.strictObject(
  {
    Interval: z.int('a positive integer').check(z.gte(1, 'a positive integer')),
    IntervalUnit: oneOf('DAYS', 'WEEKS', 'MONTHS', 'YEARS'),
  },
  'an object with Interval and IntervalUnit',
);

export const copyRuleSchema = z.strictObject(
  {
    /** `TargetRegion` is its older name, which policies from before it still have. */
    Target: z.optional(region),
    TargetRegion: z.optional(region),
    Encrypted: z.boolean('true or false'),
    CmkArn: z.optional(text('the ARN of a KMS key', KMS_KEY)),
    CopyTags: z.optional(z.boolean('true or false')),
    RetainRule: z.optional(copyRetainRuleSchema),
  },
  'a copy rule (object)',
);
export type CrossRegionCopyRule = z.infer<typeof copyRuleSchema>;

export const shareRuleSchema = z.strictObject(
  {
    TargetAccounts: z.array(text('the 12 digits of an account id', /^[0-9]{12}$/), 'a list of 1 to 50 account ids'),
    UnshareInterval: z.optional(z.int('a positive integer').check(z.gte(1, 'a positive integer'))),
    UnshareIntervalUnit: z.optional(oneOf('DAYS', 'WEEKS', 'MONTHS', 'YEARS')),
  },
  'a share rule (object)',
);
export type ShareRule = z.infer<typeof shareRuleSchema>;

export const fastRestoreRuleSchema = z.strictObject(
  {
    Count: z.optional(integer(1, 1000)),
    Interval: z.optional(z.int('a positive integer').check(z.gte(1, 'a positive integer'))),
    IntervalUnit: z.optional(oneOf('DAYS', 'WEEKS', 'MONTHS', 'YEARS')),
    AvailabilityZones: z.optional(z.array(text('the name of a zone, such as eu-west-1a', ZONE), 'a list of 1 to 10 zones')),
    AvailabilityZoneIds: z.optional(z.array(text('the id of a zone, such as euw1-az1', ZONE_ID), 'a list of 1 to 10 ids of zones')),
  },
  'an object',
);
export type FastRestoreRule = z.infer<typeof fastRestoreRuleSchema>;

export const scheduleSchema = z.strictObject(
  {
    Name: text('1 to 120 letters, digits, spaces, _ and -', NAME),
    CreateRule: createRuleSchema,
    RetainRule: z.optional(retainRuleSchema),
    CopyTags: boolean,
    TagsToAdd: z.optional(z.array(addedTagSchema, 'a list of at most 45 tags')),
    VariableTags: z.optional(z.array(variableTagSchema, 'a list of at most 45 tags')),
    CrossRegionCopyRules: z.optional(z.array(copyRuleSchema, 'a list of at most 3 copy rules')),
    ShareRules: z.optional(z.array(shareRuleSchema, 'a list of at most 1 share rule')),
    FastRestoreRule: z.optional(fastRestoreRuleSchema),
  },
  'a schedule (object)',
);
export type Schedule = z.infer<typeof scheduleSchema>;

export const parametersSchema = z.strictObject(
  { ExcludeBootVolume: boolean, ExcludeDataVolumeTags: z.optional(z.array(tagSchema, 'a list of at most 50 tags')) },
  'an object',
);

/** Ours: when preflights run and tell what they found as events. */
export const preflightSchema = z.strictObject(
  { CronExpression: checked('a cron expression', cronProblem) },
  'an object with CronExpression',
);

export const stillpointSchema = z.strictObject(
  {
    RecoveryThaw: z.optional(oneOf('auto', 'always', 'never')),
    RetryPause: z.optional(integer(0, 90)),
    CanaryTag: z.optional(tagSchema),
    MaximumFreezes: z.optional(integer(1, 1000)),
    PauseAfter: z.optional(integer(0, 100)),
    FreezeBudget: z.optional(integer(100, 120_000)),
    VssDocument: z.optional(oneOf(...VSS_DOCUMENTS)),
    Preflight: z.optional(preflightSchema),
  },
  'an object',
);

export const policySchema = z.strictObject(
  {
    Description: z.optional(text('at most 500 letters, digits, spaces, _ and -', DESCRIPTION)),
    State: z.optional(oneOf('ENABLED', 'DISABLED')),
    PolicyType: z.optional(oneOf('EBS_SNAPSHOT_MANAGEMENT')),
    PolicyLanguage: z.optional(oneOf('STANDARD')),
    ResourceTypes: z.array(oneOf('INSTANCE'), '["INSTANCE"]'),
    ResourceLocations: z.optional(z.array(oneOf('CLOUD'), '["CLOUD"]')),
    TargetTags: z.array(tagSchema, 'a list of 1 to 50 tags'),
    Schedules: z.array(scheduleSchema, 'a list of 1 to 4 schedules'),
    Parameters: z.optional(parametersSchema),
    CopyTags: off,
    Stillpoint: z.optional(stillpointSchema),
  },
  'a policy: an object with the content of DLM’s PolicyDetails',
);
export type Policy = z.infer<typeof policySchema>;
