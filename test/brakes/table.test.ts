import { DynamoDBClient, ListTablesCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { forgetPolicy, readPlace, readState, releaseStopSwitch, setStopSwitch } from '../../cli/brakes/brakes-control';
import { dynamoDbBrakes } from '../../lambda/aws/dynamodb-brakes';
import type { PolicyState } from '../../lambda/core/policy-state/policy-state';
import { ACCOUNT, type Bench, openBench, REGION } from '../sandbox/support/bench';
import { MemoryBrakes } from '../support/memory-brakes';
import { describeBrakesTable } from './contract';

describeBrakesTable('the table in memory, which tests use', async () => new MemoryBrakes());

const TABLE = {
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'stillpoint-brakes',
      KeySchema: [
        { AttributeName: 'brake', KeyType: 'HASH' },
        { AttributeName: 'id', KeyType: 'RANGE' },
      ],
    },
  },
};

describe('in DynamoDB', () => {
  const opened: { readonly bench: Bench; readonly client: DynamoDBClient }[] = [];
  const open = async (resources: Parameters<typeof openBench>[0] = { resources: TABLE }): Promise<DynamoDBClient> => {
    const bench = await openBench(resources);
    const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
    const client = new DynamoDBClient({ endpoint: bench.sandbox.endpoint, region: REGION, credentials, maxAttempts: 1 });
    opened.push({ bench, client });
    return client;
  };
  afterEach(async () => {
    for (const { bench, client } of opened.splice(0)) {
      client.destroy();
      await bench.end();
    }
  });

  describeBrakesTable('the table', async () => dynamoDbBrakes(await open()));

  const pause = { since: new Date('2026-11-21T03:00:00.000Z'), reason: 'upgrade', executionId: undefined };
  const stop = { since: pause.since, reason: pause.reason };
  const state: PolicyState = {
    ...{ state: 'ERROR', since: pause.since, due: pause.since, by: 'a', version: 1 },
    fault: { kind: 'document', handler: 'doc', cause: 'no such document' },
  };

  test('the stop switch that the command line sets is the one that workers see', async () => {
    const client = await open();
    await setStopSwitch(client, stop);
    expect(await dynamoDbBrakes(client).stopSwitch()).toEqual(stop);
    await releaseStopSwitch(client);
    expect(await dynamoDbBrakes(client).stopSwitch()).toBeUndefined();
  });

  test('the command line sees all that workers wrote, and forgets a policy’s pause and incidents', async () => {
    const client = await open();
    const table = dynamoDbBrakes(client);
    const slot = { number: 2, executionId: 'a', expires: new Date(5_000) };
    await table.takeSlot({ policyId: 'nightly' }, slot, new Date(0));
    await table.addIncident('nightly', 'a');
    await table.pause('nightly', pause);
    await setStopSwitch(client, stop);
    await table.putState('nightly', state);
    const policies = new Map([['nightly', { incidents: ['a'], pause }]]);
    expect(await readState(client)).toEqual({
      stop,
      policies,
      states: new Map([['nightly', state]]),
      slots: [{ scope: { policyId: 'nightly' }, slot }],
    });
    await forgetPolicy(client, 'nightly');
    expect(await table.policy('nightly')).toEqual({ incidents: [], pause: undefined });
    expect(await table.state('nightly')).toEqual(state); // which no person ends
  });

  test('the place is read from the table’s ARN', async () => {
    expect(await readPlace(await open())).toEqual({ partition: 'aws', region: REGION, accountId: ACCOUNT });
  });

  test('no stack is told by name', async () => {
    await expect(readPlace(await open({}))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  const Item = { brake: { S: 'a' }, id: { S: 'b' } };
  const input = { TableName: 'stillpoint-brakes', Item };
  test.each([
    [
      'an expression that the sandbox does not know',
      { ConditionExpression: 'attribute_exists(#a)', ExpressionAttributeNames: { '#a': 'a' } },
      'does not know',
    ],
    ['a name that is not given', { ConditionExpression: 'attribute_not_exists(#a)' }, 'attribute name: #a'],
    ['a name that is not used', { ExpressionAttributeNames: { '#a': 'a' } }, 'unused'],
    ['a parameter that the sandbox does not know', { ReturnValues: 'ALL_OLD' as const }, 'ReturnValues'],
    ['a key that is missing', { Item: { brake: { S: 'a' } } }, 'Missing the key id'],
    ['a type of attribute that the tables have not', { Item: { ...Item, list: { L: [] } } }, 'list'],
  ])('%s is refused', async (_case, changes, told) => {
    const client = await open();
    await expect(client.send(new PutItemCommand({ ...input, ...changes }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(told),
    });
  });

  test('an ADD to what is no set is refused, and so is an operation that Stillpoint does not use', async () => {
    const client = await open();
    await client.send(new PutItemCommand({ ...input, Item: { ...Item, n: { S: 'text' } } }));
    const add = {
      UpdateExpression: 'ADD #n :n',
      ExpressionAttributeNames: { '#n': 'n' },
      ExpressionAttributeValues: { ':n': { SS: ['a'] } },
    };
    await expect(client.send(new UpdateItemCommand({ TableName: input.TableName, Key: Item, ...add }))).rejects.toThrow(
      'incorrect data type',
    );
    await expect(client.send(new ListTablesCommand({}))).rejects.toThrow('does not implement dynamodb:ListTables');
  });
});
