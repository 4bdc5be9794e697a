import * as z from 'zod/mini';
import { VSS_DOCUMENTS, VSS_HANDLER } from './vss/vss-documents';

const tagSchema = z.object({ Key: z.string(), Value: z.string() });

/** How an execution runs its scripts: DLM's Script, defaults filled in, with Stillpoint's extensions. */
export const scriptPlanSchema = z.object({
  stages: z.array(z.enum(['pre', 'post'])),
  /** Name or ARN of the SSM document. */
  executionHandler: z.string(),
  executeOperationOnScriptFailure: z.boolean(),
  /** Seconds, 10 to 120, each script on the worker's own clock. */
  executionTimeout: z.number(),
  /** 0 to 3. */
  maximumRetryCount: z.number(),
  recoveryThaw: z.enum(['auto', 'always', 'never']),
  /** Seconds before a retry after 204 or 206, 0 to 90: with the longest scripts an attempt still fits one invocation. */
  retryPause: z.number(),
});
export type ScriptPlan = z.infer<typeof scriptPlanSchema>;

/** How an execution makes its set by VSS, from the instance: one command of AWS's, and no scripts around a set of ours. */
export const vssPlanSchema = z.object({
  executionHandler: z.literal(VSS_HANDLER),
  document: z.enum(VSS_DOCUMENTS),
  /** A crash-consistent set of ours when VSS failed for good. */
  executeOperationOnScriptFailure: z.boolean(),
  /** 0 to 3. */
  maximumRetryCount: z.number(),
  /** Seconds before a retry where something passing stood against the attempt, 0 to 90. */
  retryPause: z.number(),
});
export type VssPlan = z.infer<typeof vssPlanSchema>;

/** What an execution does on its instance. */
export const planSchema = z.union([vssPlanSchema, scriptPlanSchema]);
export type Plan = z.infer<typeof planSchema>;

export const isVss = (plan: Plan | undefined): plan is VssPlan => plan !== undefined && 'document' in plan;

/** What an execution's sets are made of and marked with: DLM's keys of policy and schedules, resolved when the run was planned. */
export const setPlanSchema = z.object({
  excludeBootVolume: z.boolean(),
  /** Data volumes with any of these are left out. */
  excludeDataVolumeTags: z.array(tagSchema),
  copyTags: z.boolean(),
  /** The policy's own tags, with variables filled in. */
  tags: z.array(tagSchema),
  /** Of the schedules that retain by age. */
  ages: z.array(z.object({ interval: z.number(), unit: z.enum(['DAYS', 'WEEKS', 'MONTHS', 'YEARS']) })),
  /** A schedule has ShareRules, or a FastRestoreRule. */
  shared: z.optional(z.boolean()),
  restoredFast: z.optional(z.boolean()),
});
export type SetPlan = z.infer<typeof setPlanSchema>;

/** What the planner sends the worker, one a target, and the worker or the rescue function sends again. */
export const executionMessageSchema = z.object({
  version: z.literal(1),
  policyId: z.string(),
  /** The run's due minute, ISO 8601. */
  due: z.string(),
  /** Names of the policy's schedules that fall on the due minute, in the policy's order. */
  schedules: z.array(z.string()),
  instanceId: z.string(),
  /** What the planner saw; the worker looks again before it acts. */
  instanceState: z.string(),
  agent: z.enum(['online', 'offline', 'unmanaged']),
  /** The FIFO group, for messages that follow this one. */
  messageGroupId: z.string(),
  /** Absent: a crash-consistent set without scripts. */
  script: z.optional(planSchema),
  /** Absent in messages of releases before it: everything, with no tags but ours, kept by no age. */
  set: z.optional(setPlanSchema),
  /** The attempt to begin with: more than 1 in a continuation. */
  attempt: z.number(),
  /** How often it was handed on because a brake held it; absent: never. */
  held: z.optional(z.number()),
  /** From the rescue function: make sure that nothing is left frozen, begin nothing. */
  thawOnly: z.boolean(),
});
export type ExecutionMessage = z.infer<typeof executionMessageSchema>;
