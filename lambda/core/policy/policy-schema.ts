import * as z from 'zod/mini';
import { VSS_DOCUMENTS } from '../vss/vss-documents';
import { copyRuleSchema, fastRestoreRuleSchema, shareRuleSchema } from './after-completion-schema';
import { cronProblem } from './cron';
import { handlerProblem } from './execution-handler';
import { ageUnit, checked, integer, oneOf, positive, text } from './schema-parts';

const boolean = z.optional(z.boolean('true or false'));
const off = z.optional(z.literal(false, 'false'));

const NAME = /^[0-9A-Za-z _-]{1,120}$/;
const DESCRIPTION = /^[0-9A-Za-z _-]{0,500}$/;
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
    Interval: z.optional(positive),
    IntervalUnit: z.optional(ageUnit),
  },
  'an object',
);

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

/**
 * A policy file: DLM's `PolicyDetails` with `Description` and `State`, plus `Stillpoint`. Limits are those of DLM's API
 * model; each message says what is allowed. Lengths of lists and rules over several keys are in policy-rules.ts, so that one
 * bad entry never hides another problem.
 */
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
