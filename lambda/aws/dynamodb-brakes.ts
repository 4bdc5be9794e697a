import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { BrakesTable } from '../brakes/brakes-table';
import type { Pause, PolicyBrake } from '../core/brakes/policy-brake';
import { BRAKES_TABLE, type StopSwitch } from '../core/brakes/seen';
import type { Slot, SlotScope } from '../core/brakes/slots';
import type { UnderWay } from '../core/brakes/under-way';
import { FAULT_KINDS, type PolicyState } from '../core/policy-state/policy-state';

/** Partition keys. Items of one partition are read with one Query. */
export const SWITCH = 'switch';
export const POLICY = 'policy';
export const STATE = 'state';
const UNDER_WAY = 'under-way';
const SLOTS = 'freeze#';
const partitionOf = (scope: SlotScope): string => `${SLOTS}${scope === 'account' ? scope : `policy#${scope.policyId}`}`;

const TableName = BRAKES_TABLE;
export const itemKey = (brake: string, id: string): Record<string, AttributeValue> => ({ brake: { S: brake }, id: { S: id } });
export const STOP_KEY = itemKey(SWITCH, 'stop');

const text = z.pipe(
  z.object({ S: z.string() }),
  z.transform(({ S }) => S),
);
const time = z.pipe(
  text,
  z.transform((iso) => new Date(iso)),
);
const milliseconds = z.pipe(
  z.object({ N: z.string() }),
  z.transform(({ N }) => new Date(Number(N))),
);
const texts = z.pipe(
  z.object({ SS: z.array(z.string()) }),
  z.transform(({ SS }) => [...SS].sort()),
);

/** Every name is written as a placeholder: DynamoDB reserves hundreds of words. */
const names = (...attributes: readonly string[]) => ({
  ExpressionAttributeNames: Object.fromEntries(attributes.map((attribute) => [`#${attribute}`, attribute])),
});

const flag = z.pipe(
  z.object({ S: z.literal('true') }),
  z.transform(() => true as const),
);
const stopSwitchSchema = z.object({ since: time, reason: text, removing: z.optional(flag) });

export const stopSwitchOf = (item: Record<string, AttributeValue>): StopSwitch => {
  const { removing, ...stop } = stopSwitchSchema.parse(item);
  return removing === undefined ? stop : { ...stop, removing };
};

const policyItemSchema = z.object({
  incidents: z._default(z.optional(texts), []),
  since: z.optional(time),
  reason: z.optional(text),
  execution: z.optional(text),
});

const underWaySchema = z.object({ id: text, rights: text, expires: milliseconds });

const slotItemSchema = z.object({ id: text, execution: text, expires: milliseconds });

/** A policy's item; nothing is kept of a policy that never had an incident nor a pause. */
export const policyBrakeOf = (item: Record<string, AttributeValue> | undefined): PolicyBrake => {
  const { incidents, since, reason = '', execution } = policyItemSchema.parse(item ?? {});
  return { incidents, pause: since && { since, reason, executionId: execution } };
};

export const slotOf = (item: Record<string, AttributeValue>): Slot => {
  const { id, execution, expires } = slotItemSchema.parse(item);
  return { number: Number(id), executionId: execution, expires };
};

const word = <const T extends readonly string[]>(words: T) =>
  z.pipe(
    z.object({ S: z.enum(words) }),
    z.transform(({ S }) => S),
  );
const stateItemSchema = z.object({
  ...{ state: word(['ENABLED', 'ERROR']), since: time, due: time, by: text, fault: word(FAULT_KINDS), handler: text, cause: text },
  version: z.object({ N: z.string() }),
});

export const policyStateOf = (item: Record<string, AttributeValue>): PolicyState => {
  const { fault: kind, handler, cause, version, ...state } = stateItemSchema.parse(item);
  return { ...state, fault: { kind, handler, cause }, version: Number(version.N) };
};

const stateItem = (policyId: string, { state, since, due, by, fault, version }: PolicyState): Record<string, AttributeValue> => ({
  ...itemKey(STATE, policyId),
  ...{ state: { S: state }, since: { S: since.toISOString() }, due: { S: due.toISOString() }, by: { S: by } },
  ...{ fault: { S: fault.kind }, handler: { S: fault.handler }, cause: { S: fault.cause }, version: { N: String(version) } },
});

/** The partition's limit, or undefined for an item that is no slot. */
export const scopeOf = (partition: string): SlotScope | undefined => {
  if (!partition.startsWith(SLOTS)) return undefined;
  const scope = partition.slice(SLOTS.length);
  return scope === 'account' ? scope : { policyId: scope.slice('policy#'.length) };
};

/** False when the condition of a write does not hold. */
const conditional = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (thrown) {
    if (thrown instanceof ConditionalCheckFailedException) return false;
    throw thrown;
  }
};

/** The attributes of a pause, with who paused where it was an execution. */
export const setPause = ({ since, reason, executionId }: Pause) => ({
  UpdateExpression: `SET #since = :since, #reason = :reason${executionId === undefined ? '' : ', #execution = :execution'}`,
  ConditionExpression: 'attribute_not_exists(#since)',
  ...names('since', 'reason', ...(executionId === undefined ? [] : ['execution'])),
  ExpressionAttributeValues: {
    ':since': { S: since.toISOString() },
    ':reason': { S: reason },
    ...(executionId === undefined ? {} : { ':execution': { S: executionId } }),
  },
});

const toUnderWay = (item: Record<string, AttributeValue>): UnderWay => {
  const { id, rights, expires } = underWaySchema.parse(item);
  return { executionId: id, rights, expires };
};

/** A partition's items: at most 1,000 (executions and freezes at once) of some 150 bytes, one page, which DynamoDB ends at 1 MB. */
const itemsOf = async (client: DynamoDBClient, partition: string): Promise<readonly Record<string, AttributeValue>[]> => {
  const query = new QueryCommand({
    TableName,
    ConsistentRead: true,
    KeyConditionExpression: '#brake = :brake',
    ...names('brake'),
    ExpressionAttributeValues: { ':brake': { S: partition } },
  });
  return (await client.send(query)).Items ?? [];
};

/** The table in DynamoDB. Reads are strongly consistent; a write of several workers at once is decided by its condition. */
export const dynamoDbBrakes = (client: DynamoDBClient): BrakesTable => ({
  stopSwitch: async () => {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: STOP_KEY, ConsistentRead: true }));
    return Item && stopSwitchOf(Item);
  },
  setStopSwitch: async ({ since, reason, removing }) => {
    const set = { ...STOP_KEY, since: { S: since.toISOString() }, reason: { S: reason } };
    const Item = removing ? { ...set, removing: { S: 'true' } } : set;
    await client.send(new PutItemCommand({ TableName, Item }));
  },
  enter: async ({ executionId, rights, expires }) => {
    const Item = { ...itemKey(UNDER_WAY, executionId), rights: { S: rights }, expires: { N: String(expires.getTime()) } };
    await client.send(new PutItemCommand({ TableName, Item }));
  },
  leave: async (executionId) => {
    await client.send(new DeleteItemCommand({ TableName, Key: itemKey(UNDER_WAY, executionId) }));
  },
  underWay: async () => (await itemsOf(client, UNDER_WAY)).map(toUnderWay),
  policy: async (policyId) => {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: itemKey(POLICY, policyId), ConsistentRead: true }));
    return policyBrakeOf(Item);
  },
  slots: async (scope) => (await itemsOf(client, partitionOf(scope))).map(slotOf),
  takeSlot: (scope, { number, executionId, expires }, now) =>
    conditional(
      client.send(
        new PutItemCommand({
          TableName,
          Item: {
            ...itemKey(partitionOf(scope), String(number)),
            execution: { S: executionId },
            expires: { N: String(expires.getTime()) },
          },
          ConditionExpression: 'attribute_not_exists(#execution) OR #execution = :execution OR #expires <= :now',
          ...names('execution', 'expires'),
          ExpressionAttributeValues: { ':execution': { S: executionId }, ':now': { N: String(now.getTime()) } },
        }),
      ),
    ),
  freeSlot: async (scope, { number, executionId }) => {
    const remove = new DeleteItemCommand({
      TableName,
      Key: itemKey(partitionOf(scope), String(number)),
      ConditionExpression: '#execution = :execution',
      ...names('execution'),
      ExpressionAttributeValues: { ':execution': { S: executionId } },
    });
    await conditional(client.send(remove));
  },
  addIncident: async (policyId, executionId) => {
    const add = new UpdateItemCommand({
      TableName,
      Key: itemKey(POLICY, policyId),
      UpdateExpression: 'ADD #incidents :incidents',
      ...names('incidents'),
      ExpressionAttributeValues: { ':incidents': { SS: [executionId] } },
      ReturnValues: 'ALL_NEW',
    });
    return policyBrakeOf((await client.send(add)).Attributes);
  },
  pause: (policyId, pause) =>
    conditional(client.send(new UpdateItemCommand({ TableName, Key: itemKey(POLICY, policyId), ...setPause(pause) }))),
  state: async (policyId) => {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: itemKey(STATE, policyId), ConsistentRead: true }));
    return Item && policyStateOf(Item);
  },
  putState: (policyId, state) =>
    conditional(
      client.send(
        new PutItemCommand({
          ...{ TableName, Item: stateItem(policyId, state), ...names('version') },
          ...(state.version === 1
            ? { ConditionExpression: 'attribute_not_exists(#version)' }
            : {
                ConditionExpression: '#version = :before',
                ExpressionAttributeValues: { ':before': { N: String(state.version - 1) } },
              }),
        }),
      ),
    ),
});
