import * as z from 'zod/mini';
import { type ExecutionMessage, executionMessageSchema, scriptPlanSchema, vssPlanSchema } from './execution-message';

const { shape } = scriptPlanSchema;
const { shape: vssShape } = vssPlanSchema;

const anyVersionScriptSchema = z.object({
  stages: z.catch(shape.stages, ['pre', 'post']),
  executionHandler: shape.executionHandler,
  executeOperationOnScriptFailure: z.catch(shape.executeOperationOnScriptFailure, false),
  executionTimeout: z.catch(shape.executionTimeout, 120),
  maximumRetryCount: z.catch(shape.maximumRetryCount, 0),
  recoveryThaw: z.catch(shape.recoveryThaw, 'auto'),
  retryPause: z.catch(shape.retryPause, 0),
});

/** VSS thaws by itself: what is left to do is to look what a command came to. */
const anyVersionVssSchema = z.object({
  executionHandler: vssShape.executionHandler,
  document: z.catch(vssShape.document, 'AWSEC2-VssInstallAndSnapshot'),
  executeOperationOnScriptFailure: z.catch(vssShape.executeOperationOnScriptFailure, false),
  maximumRetryCount: z.catch(vssShape.maximumRetryCount, 0),
  retryPause: z.catch(vssShape.retryPause, 0),
});

/**
 * What a message of any version, of an earlier release or a later one, tells of an execution. These names stay: they are what an instance is
 * thawed by. Of the script only the document is needed.
 */
const anyVersionSchema = z.object({
  policyId: z.string(),
  due: z.string(),
  instanceId: z.string(),
  messageGroupId: z.string(),
  schedules: z.catch(z.array(z.string()), []),
  script: z.optional(z.union([anyVersionVssSchema, anyVersionScriptSchema])),
});

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * An execution's message. One that this release does not understand begins nothing, but whatever its execution left frozen is thawed.
 * Undefined: it is no message of an execution at all.
 */
export const readMessage = (body: string): ExecutionMessage | undefined => {
  const json = parseJson(body);
  const known = executionMessageSchema.safeParse(json);
  if (known.success) return known.data;
  const foreign = anyVersionSchema.safeParse(json);
  if (!foreign.success || Number.isNaN(Date.parse(foreign.data.due))) return undefined;
  const { script, ...rest } = foreign.data;
  const thaw = { ...rest, version: 1, instanceState: 'unknown', agent: 'online', attempt: 1, thawOnly: true } as const;
  return script === undefined ? thaw : { ...thaw, script };
};
