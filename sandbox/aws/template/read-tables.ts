import * as z from 'zod/mini';
import type { TableSettings } from '../dynamodb/table';
import type { Stack } from './stack';

const schema = z.object({
  KeySchema: z.tuple([
    z.object({ AttributeName: z.string(), KeyType: z.literal('HASH') }),
    z.object({ AttributeName: z.string(), KeyType: z.literal('RANGE') }),
  ]),
});

/** AWS::DynamoDB::Table with a partition and a sort key. */
export const readTables = (stack: Stack): readonly TableSettings[] =>
  stack.ofType('AWS::DynamoDB::Table').map(({ physicalName, arn, properties }) => {
    const [partition, sort] = schema.parse(properties).KeySchema;
    return { name: physicalName, arn, partitionKey: partition.AttributeName, sortKey: sort.AttributeName };
  });
