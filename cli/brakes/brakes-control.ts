import { DeleteItemCommand, DescribeTableCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import {
  dynamoDbBrakes,
  itemKey,
  POLICY,
  policyBrakeOf,
  policyStateOf,
  STATE,
  STOP_KEY,
  SWITCH,
  scopeOf,
  slotOf,
  stopSwitchOf,
} from '../../lambda/aws/dynamodb-brakes';
import type { PolicyBrake } from '../../lambda/core/brakes/policy-brake';
import { BRAKES_TABLE, type StopSwitch } from '../../lambda/core/brakes/seen';
import type { Slot, SlotScope } from '../../lambda/core/brakes/slots';
import type { Place } from '../../lambda/core/event/common';
import type { PolicyState } from '../../lambda/core/policy-state/policy-state';

/** All that the table holds. */
export interface BrakesState {
  readonly stop: StopSwitch | undefined;
  readonly policies: ReadonlyMap<string, PolicyBrake>;
  /** Of policies that were ever in ERROR. */
  readonly states: ReadonlyMap<string, PolicyState>;
  readonly slots: readonly { readonly scope: SlotScope; readonly slot: Slot }[];
}

const TableName = BRAKES_TABLE;

/** Where the stack is, from its table's ARN: `arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME`. */
export const readPlace = async (client: DynamoDBClient): Promise<Place> => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  const [, partition = '', , region = '', accountId = ''] = (Table?.TableArn ?? '').split(':');
  return { partition, region, accountId };
};

export const readState = async (client: DynamoDBClient): Promise<BrakesState> => {
  const policies = new Map<string, PolicyBrake>();
  const states = new Map<string, PolicyState>();
  const slots: { scope: SlotScope; slot: Slot }[] = [];
  let stop: StopSwitch | undefined;
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) {
    for (const item of Items) {
      const partition = item['brake']?.S ?? '';
      const scope = scopeOf(partition);
      if (partition === SWITCH) stop = stopSwitchOf(item);
      else if (partition === POLICY) policies.set(item['id']?.S ?? '', policyBrakeOf(item));
      else if (partition === STATE) states.set(item['id']?.S ?? '', policyStateOf(item));
      else if (scope !== undefined) slots.push({ scope, slot: slotOf(item) });
    }
  }
  return { stop, policies, states, slots };
};

export const setStopSwitch = (client: DynamoDBClient, stop: StopSwitch): Promise<void> => dynamoDbBrakes(client).setStopSwitch(stop);

export const releaseStopSwitch = async (client: DynamoDBClient): Promise<void> => {
  await client.send(new DeleteItemCommand({ TableName, Key: STOP_KEY }));
};

/** Ends a policy's pause, and forgets its incidents. */
export const forgetPolicy = async (client: DynamoDBClient, policyId: string): Promise<void> => {
  await client.send(new DeleteItemCommand({ TableName, Key: itemKey(POLICY, policyId) }));
};
