import * as z from 'zod/mini';
import type { Account } from '../account';
import type { Service } from '../endpoint/dispatch';
import { jsonProtocol } from '../endpoint/json-protocol';
import { tableRights } from '../iam/rights/dynamodb-rights';
import { type Operation, operation, type Rights } from '../operation';
import { Expressions } from './expressions';
import { itemSchema } from './item';
import type { Table } from './table';
import type { TableStore } from './table-store';

const placeholders = {
  ExpressionAttributeNames: z.optional(z.record(z.string(), z.string())),
  ExpressionAttributeValues: z.optional(itemSchema),
};
const condition = { ConditionExpression: z.optional(z.string()), ...placeholders };
const consistent = { ConsistentRead: z.optional(z.boolean()) };
const table = { TableName: z.string() };

/** The operations and parameters that Stillpoint uses. Schemas are strict: what is not here is refused, never passed over. */
export const dynamoDbService = (account: Account, tables: TableStore): Service => {
  const find = (name: string): Table => tables.find(name);
  const rights = tableRights(account);
  return {
    name: 'dynamodb',
    protocol: jsonProtocol({ version: '1.0', namespace: 'com.amazonaws.dynamodb.v20120810' }),
    operations: { ...reads(find, rights), ...writes(find, rights) },
  };
};

type Find = (name: string) => Table;
type TableRights = Rights<{ readonly TableName: string }>;

const reads = (find: Find, rights: TableRights): Readonly<Record<string, Operation>> => ({
  GetItem: operation(z.strictObject({ ...table, Key: itemSchema, ...consistent }), rights, ({ TableName, Key }) => {
    const Item = find(TableName).get(Key);
    return Item === undefined ? {} : { Item };
  }),
  Query: operation(
    z.strictObject({ ...table, KeyConditionExpression: z.string(), ...placeholders, ...consistent }),
    rights,
    ({ TableName, KeyConditionExpression, ...given }) => {
      const found = find(TableName);
      const expressions = new Expressions(given);
      const partition = expressions.partition(KeyConditionExpression, found.settings.partitionKey);
      expressions.checkUsed();
      return listing(found.read(partition));
    },
  ),
  Scan: operation(z.strictObject({ ...table, ...consistent }), rights, ({ TableName }) => listing(find(TableName).read())),
  DescribeTable: operation(z.strictObject(table), rights, ({ TableName }) => {
    const { name, arn } = find(TableName).settings;
    return { Table: { TableName: name, TableArn: arn, TableStatus: 'ACTIVE' } };
  }),
});

const listing = (Items: readonly unknown[]) => ({ Items, Count: Items.length, ScannedCount: Items.length });

const writes = (find: Find, rights: TableRights): Readonly<Record<string, Operation>> => ({
  PutItem: operation(
    z.strictObject({ ...table, Item: itemSchema, ...condition }),
    rights,
    ({ TableName, Item, ConditionExpression, ...given }) => {
      const expressions = new Expressions(given);
      const holds = expressions.condition(ConditionExpression);
      expressions.checkUsed();
      find(TableName).write(Item, holds, () => Item);
      return {};
    },
  ),
  DeleteItem: operation(
    z.strictObject({ ...table, Key: itemSchema, ...condition }),
    rights,
    ({ TableName, Key, ConditionExpression, ...given }) => {
      const expressions = new Expressions(given);
      const holds = expressions.condition(ConditionExpression);
      expressions.checkUsed();
      find(TableName).write(Key, holds, () => undefined);
      return {};
    },
  ),
  UpdateItem: operation(
    z.strictObject({
      ...table,
      ...{ Key: itemSchema, UpdateExpression: z.string(), ReturnValues: z.optional(z.literal(['NONE', 'ALL_NEW'])) },
      ...condition,
    }),
    rights,
    ({ TableName, Key, UpdateExpression, ConditionExpression, ReturnValues, ...given }) => {
      const expressions = new Expressions(given);
      const holds = expressions.condition(ConditionExpression);
      const change = expressions.update(UpdateExpression);
      expressions.checkUsed();
      const Attributes = find(TableName).write(Key, holds, (item) => change(item ?? Key));
      return ReturnValues === 'ALL_NEW' ? { Attributes } : {};
    },
  ),
});
