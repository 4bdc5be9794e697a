import * as z from 'zod/mini';
import { type AsyncConfig, type EventSourceMapping, type FunctionConfig, functionNameOf } from '../lambda/function-config';
import type { Assembly } from './assembly';
import type { Stack } from './stack';

const functionSchema = z.object({
  Handler: z.optional(z.string()),
  Role: z.string(),
  Timeout: z.optional(z.coerce.number()),
  MemorySize: z.optional(z.coerce.number()),
  Environment: z.optional(z.object({ Variables: z.optional(z.record(z.string(), z.coerce.string())) })),
  LoggingConfig: z.optional(z.object({ LogGroup: z.optional(z.string()) })),
  ReservedConcurrentExecutions: z.optional(z.coerce.number()),
});

export const readFunctions = (stack: Stack, assembly: Assembly): readonly FunctionConfig[] => {
  const roles = new Map(stack.ofType('AWS::IAM::Role').map(({ arn, logicalId }) => [arn, logicalId]));
  return stack.ofType('AWS::Lambda::Function').map(({ physicalName, arn, properties, source }) => {
    const given = functionSchema.parse(properties);
    return {
      name: physicalName,
      arn,
      role: roles.get(given.Role) ?? given.Role.replace(/[^A-Za-z0-9]/g, ''),
      handler: given.Handler ?? 'index.handler',
      codeFolder: assembly.assetFolder(source),
      timeoutSeconds: given.Timeout ?? 3,
      memoryMiB: given.MemorySize ?? 128,
      environment: given.Environment?.Variables ?? {},
      logGroup: given.LoggingConfig?.LogGroup ?? `/aws/lambda/${physicalName}`,
      reserved: given.ReservedConcurrentExecutions,
    };
  });
};

const asyncSchema = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: z.optional(z.coerce.number()),
  MaximumEventAgeInSeconds: z.optional(z.coerce.number()),
  DestinationConfig: z.optional(z.object({ OnFailure: z.optional(z.object({ Destination: z.string() })) })),
});

export const readAsyncConfigs = (stack: Stack): readonly AsyncConfig[] =>
  stack.ofType('AWS::Lambda::EventInvokeConfig').map(({ properties }) => {
    const given = asyncSchema.parse(properties);
    return {
      functionName: functionNameOf(given.FunctionName),
      maximumRetryAttempts: given.MaximumRetryAttempts ?? 2,
      maximumEventAgeSeconds: given.MaximumEventAgeInSeconds ?? 21_600,
      onFailureArn: given.DestinationConfig?.OnFailure?.Destination,
    };
  });

const mappingSchema = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: z.optional(z.boolean()),
  BatchSize: z.optional(z.coerce.number()),
  ScalingConfig: z.optional(z.object({ MaximumConcurrency: z.optional(z.coerce.number()) })),
  FunctionResponseTypes: z.optional(z.array(z.string())),
  FilterCriteria: z.optional(z.unknown()),
});

export const readMappings = (stack: Stack): readonly EventSourceMapping[] =>
  stack.ofType('AWS::Lambda::EventSourceMapping').flatMap(({ logicalId, properties }) => {
    const given = mappingSchema.parse(properties);
    if (given.FilterCriteria !== undefined) throw new Error(`${logicalId}: the sandbox does not know FilterCriteria`);
    if (given.Enabled === false) return [];
    return [
      {
        functionName: functionNameOf(given.FunctionName),
        queueArn: given.EventSourceArn,
        batchSize: given.BatchSize ?? 10,
        maximumConcurrency: given.ScalingConfig?.MaximumConcurrency ?? 1_000,
        reportsBatchItemFailures: given.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
      },
    ];
  });
