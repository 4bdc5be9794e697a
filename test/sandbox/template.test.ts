import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from '../../sandbox/aws/template/assembly';
import { readFunctions, readMappings } from '../../sandbox/aws/template/read-functions';
import { readQueues } from '../../sandbox/aws/template/read-queues';
import { createStack } from '../../sandbox/aws/template/stack';
import { functionResources, writeAssembly } from './support/assembly';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (resources: Parameters<typeof writeAssembly>[1], code = {}) => {
  const assembly = readAssembly(writeAssembly(folder, resources, code));
  return { assembly, stack: createStack(assembly, { accountId: '111122223333', region: 'eu-west-1' }, (name) => `http://queue/${name}`) };
};

const environmentOf = (Variables: Record<string, unknown>) => {
  const { assembly, stack } = read({
    ...functionResources('Fn', 'code', { Environment: { Variables } }),
    Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
  });
  return readFunctions(stack, assembly)[0]?.environment;
};

describe('intrinsic functions', () => {
  it.each<[unknown, string]>([
    [{ Ref: 'Queue' }, 'http://queue/Test-Queue.fifo'],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:eu-west-1:111122223333:Test-Queue.fifo'],
    [{ 'Fn::GetAtt': 'Queue.QueueName' }, 'Test-Queue.fifo'],
    [{ Ref: 'AWS::Region' }, 'eu-west-1'],
    [{ 'Fn::Join': [':', ['arn', { Ref: 'AWS::Partition' }, { Ref: 'AWS::AccountId' }]] }, 'arn:aws:111122223333'],
    [{ 'Fn::Sub': '${AWS::StackName}/${Queue.Arn}/${!literal}' }, 'Test/arn:aws:sqs:eu-west-1:111122223333:Test-Queue.fifo/${literal}'],
    [{ 'Fn::Sub': ['${x}-${AWS::Region}', { x: { Ref: 'FnRole' } }] }, 'Test-FnRole-eu-west-1'],
    [{ 'Fn::Select': [1, { 'Fn::Split': ['-', 'a-b-c'] }] }, 'b'],
  ])('%j is %s', (value, expected) => {
    expect(environmentOf({ VALUE: value })).toEqual({ VALUE: expected });
  });

  it('that the sandbox does not know are refused by name', () => {
    expect(() => environmentOf({ VALUE: { 'Fn::ImportValue': 'x' } })).toThrow(/Fn::ImportValue/);
  });

  it('name a resource that is missing', () => {
    expect(() => environmentOf({ VALUE: { Ref: 'Nobody' } })).toThrow(/no resource Nobody/);
  });
});

describe('a function', () => {
  it('has its code folder from the assets, its limits and its role', () => {
    const { assembly, stack } = read(functionResources('Fn', 'code', { Timeout: 900, MemorySize: 512 }), { code: '' });
    expect(readFunctions(stack, assembly)).toEqual([
      {
        ...{ name: 'Test-Fn', arn: 'arn:aws:lambda:eu-west-1:111122223333:function:Test-Fn', role: 'FnRole', handler: 'index.handler' },
        ...{
          codeFolder: join(folder, 'asset.code'),
          timeoutSeconds: 900,
          memoryMiB: 512,
          environment: {},
          logGroup: '/aws/lambda/Test-Fn',
        },
        reserved: undefined,
      },
    ]);
  });

  it('has its code folder from the metadata where no asset is listed', () => {
    const resources = functionResources('Fn', 'unlisted');
    const { assembly, stack } = read({
      ...resources,
      Fn: { ...resources['Fn'], Type: 'AWS::Lambda::Function', Metadata: { 'aws:asset:path': 'asset.other' } },
    });
    expect(readFunctions(stack, assembly)[0]?.codeFolder).toBe(join(folder, 'asset.other'));
  });
});

it('an event source mapping takes AWS’s defaults, and filters are refused', () => {
  const mapping = (Properties: Record<string, unknown>) => ({
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: 'arn:queue', FunctionName: 'arn:aws:lambda:eu-west-1:1:function:Fn', ...Properties },
    },
  });
  expect(readMappings(read(mapping({})).stack)).toEqual([
    { functionName: 'Fn', queueArn: 'arn:queue', batchSize: 10, maximumConcurrency: 1_000, reportsBatchItemFailures: false },
  ]);
  expect(readMappings(read(mapping({ Enabled: false })).stack)).toEqual([]);
  expect(() => readMappings(read(mapping({ FilterCriteria: { Filters: [] } })).stack)).toThrow(/FilterCriteria/);
});

it('a queue takes AWS’s defaults', () => {
  expect(readQueues(read({ Queue: { Type: 'AWS::SQS::Queue' } }).stack)).toMatchObject([
    { name: 'Test-Queue', fifo: false, visibilityTimeout: 30, delaySeconds: 0, retentionSeconds: 345_600, redrive: undefined },
  ]);
});
