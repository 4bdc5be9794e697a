import {
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { accessKeyOf } from '../../sandbox/aws/lambda/credentials';
import { role } from './support/assembly';
import { type Bench, openBench, REGION } from './support/bench';

const ACTIONS = ['GetItem', 'Query', 'Scan', 'DescribeTable', 'PutItem', 'UpdateItem', 'DeleteItem'] as const;
type Action = (typeof ACTIONS)[number];

const arnOf = (table: string, region = REGION): string => `arn:aws:dynamodb:${region}:111122223333:table/${table}`;
const allow = (Action: string, table: string) => ({ Effect: 'Allow', Action: `dynamodb:${Action}`, Resource: arnOf(table) });
const table = (TableName: string) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName,
    KeySchema: [
      { AttributeName: 'brake', KeyType: 'HASH' },
      { AttributeName: 'id', KeyType: 'RANGE' },
    ],
  },
});

/** Each may do all on the table `every`, its own action alone on `own`, and all but that on `others`. */
const roles = Object.fromEntries(
  ACTIONS.map((action) => [
    `${action}Role`,
    role(allow('*', 'every'), allow(action, 'own'), ...ACTIONS.filter((one) => one !== action).map((one) => allow(one, 'others'))),
  ]),
);

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ resources: { ...roles, Every: table('every'), Own: table('own'), Others: table('others') } });
});
afterAll(() => bench.end());

const act = async (action: Action, TableName: string, region = REGION): Promise<unknown> => {
  const credentials = { accessKeyId: accessKeyOf(`${action}Role`), secretAccessKey: 'x' };
  const client = new DynamoDBClient({ endpoint: bench.sandbox.endpoint, region, credentials, maxAttempts: 1 });
  const Key = { brake: { S: 'switch' }, id: { S: 'stop' } };
  const naming = (name: string) => ({ ExpressionAttributeNames: { '#a': name }, ExpressionAttributeValues: { ':a': { S: 'switch' } } });
  const calls: Readonly<Record<Action, () => Promise<unknown>>> = {
    GetItem: () => client.send(new GetItemCommand({ TableName, Key })),
    Query: () => client.send(new QueryCommand({ TableName, KeyConditionExpression: '#a = :a', ...naming('brake') })),
    Scan: () => client.send(new ScanCommand({ TableName })),
    DescribeTable: () => client.send(new DescribeTableCommand({ TableName })),
    PutItem: () => client.send(new PutItemCommand({ TableName, Item: Key })),
    UpdateItem: () => client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: 'SET #a = :a', ...naming('reason') })),
    DeleteItem: () => client.send(new DeleteItemCommand({ TableName, Key })),
  };
  return calls[action]().finally(() => client.destroy());
};

const denied = (action: Action, arn: string) => ({
  name: 'AccessDeniedException',
  message: expect.stringContaining(`${action}Role is not authorized to perform dynamodb:${action} on ${arn}: `),
});

it.each(ACTIONS)('%s is checked by its own name, on its table, in its region', async (action) => {
  await expect(act(action, 'every')).resolves.toBeDefined();
  await expect(act(action, 'own')).resolves.toBeDefined();
  await expect(act(action, 'others')).rejects.toMatchObject(denied(action, arnOf('others')));
  await expect(act(action, 'every', 'us-east-1')).rejects.toMatchObject(denied(action, arnOf('every', 'us-east-1')));
});
