import * as z from 'zod/mini';
import type { Rule } from '../events/rule';
import type { Stack } from './stack';

const schema = z.object({
  ScheduleExpression: z.optional(z.string()),
  EventPattern: z.optional(z.unknown()),
  State: z.optional(z.string()),
  Targets: z.optional(
    z.array(
      z.object({
        Arn: z.string(),
        Input: z.optional(z.string()),
        InputPath: z.optional(z.string()),
        InputTransformer: z.optional(z.object({ InputPathsMap: z.optional(z.record(z.string(), z.string())), InputTemplate: z.string() })),
        DeadLetterConfig: z.optional(z.object({ Arn: z.optional(z.string()) })),
        SqsParameters: z.optional(z.object({ MessageGroupId: z.string() })),
      }),
    ),
  ),
});

export const readRules = (stack: Stack): readonly Rule[] =>
  stack.ofType('AWS::Events::Rule').map(({ physicalName, arn, properties }) => {
    const given = schema.parse(properties);
    return {
      name: physicalName,
      arn,
      enabled: given.State !== 'DISABLED',
      schedule: given.ScheduleExpression,
      pattern: given.EventPattern,
      targets: (given.Targets ?? []).map((target) => ({
        arn: target.Arn,
        input: target.Input,
        inputPath: target.InputPath,
        transformer: target.InputTransformer,
        deadLetterArn: target.DeadLetterConfig?.Arn,
        messageGroupId: target.SqsParameters?.MessageGroupId,
      })),
    };
  });
