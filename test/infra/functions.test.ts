import { Match } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { FUNCTION_NAMES } from '../../lib/bundle/function-names';
import { exampleTemplate } from './synthesized';

const template = exampleTemplate();

const logicalId = (type: string, properties: object): string => {
  const ids = Object.keys(template.findResources(type, { Properties: properties }));
  expect(ids).toHaveLength(1);
  return ids[0] ?? '';
};
const executions = logicalId('AWS::SQS::Queue', { RedrivePolicy: Match.anyValue(), ContentBasedDeduplication: false });
const deadExecutions = logicalId('AWS::SQS::Queue', { RedrivePolicy: Match.absent(), ContentBasedDeduplication: false });
const lifecycleQueue = logicalId('AWS::SQS::Queue', { RedrivePolicy: Match.anyValue(), ContentBasedDeduplication: true });
const lifecycleDeadLetters = logicalId('AWS::SQS::Queue', { RedrivePolicy: Match.absent(), ContentBasedDeduplication: true });
const unplannedRuns = logicalId('AWS::SQS::Queue', { FifoQueue: Match.absent() });

describe('every function', () => {
  it('runs on nodejs24.x and arm64 and writes JSON to a log group of its own', () => {
    template.resourceCountIs('AWS::Lambda::Function', FUNCTION_NAMES.length);
    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: Match.anyValue() } },
    });
  });

  it('keeps its log as long as the stack says, 90 days unless told', () => {
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
    exampleTemplate({ logRetention: RetentionDays.ONE_YEAR }).allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
  });
});

describe('the planner', () => {
  it('is retried twice within 10 minutes, and then kept in a standard queue', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 600,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [unplannedRuns, 'Arn'] } } },
    });
  });

  it('knows the queue of executions', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: Match.stringLikeRegexp('plans'),
      Environment: { Variables: { QUEUE_URL: { Ref: executions } } },
    });
  });
});

describe('the worker', () => {
  it('takes one execution an invocation, as many at once as the stack says', () => {
    const mapping = (concurrency: number) => ({
      EventSourceArn: { 'Fn::GetAtt': [executions, 'Arn'] },
      BatchSize: 1,
      MaximumBatchingWindowInSeconds: Match.absent(),
      ScalingConfig: { MaximumConcurrency: concurrency },
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', mapping(20));
    exampleTemplate({ workerConcurrency: 3 }).hasResourceProperties('AWS::Lambda::EventSourceMapping', mapping(3));
  });

  it('has no reserved concurrency, whose throttles would count as deliveries', () => {
    template.allResourcesProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: Match.absent() });
  });

  it('may run as long as its message stays invisible', () => {
    template.hasResourceProperties('AWS::Lambda::Function', { Description: Match.stringLikeRegexp('runs an execution'), Timeout: 900 });
    template.hasResourceProperties('AWS::SQS::Queue', { RedrivePolicy: Match.anyValue(), VisibilityTimeout: 900 });
  });
});

describe('the brakes', () => {
  it('are a table under a name that the command line knows, billed by the request and removed with the stack', () => {
    template.hasResource('AWS::DynamoDB::Table', {
      Properties: { TableName: 'stillpoint-brakes', BillingMode: 'PAY_PER_REQUEST' },
      DeletionPolicy: 'Delete',
    });
  });

  it('have the limit of the account that the stack says, none unless told', () => {
    const worker = (MAXIMUM_FREEZES: string) => ({
      Description: Match.stringLikeRegexp('runs an execution'),
      Environment: { Variables: Match.objectLike({ MAXIMUM_FREEZES }) },
    });
    template.hasResourceProperties('AWS::Lambda::Function', worker('0'));
    exampleTemplate({ maximumFreezes: 4 }).hasResourceProperties('AWS::Lambda::Function', worker('4'));
  });
});

describe('the preflight function', () => {
  const functionsOfRole = (description: string): readonly unknown[] =>
    Object.values(
      template.findResources('AWS::Lambda::Function', { Properties: { Description: Match.stringLikeRegexp(description) } }),
    ).map(({ Properties }) => Properties.Role);

  it('has a name that the command line knows, and the worker’s role, whose rights it tells', () => {
    template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'stillpoint-preflight', Timeout: 900 });
    expect(functionsOfRole('would not end')).toEqual(functionsOfRole('runs an execution'));
  });

  it('adds nothing to that role but its own log', () => {
    template.resourceCountIs('AWS::IAM::Policy', 1);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [{ Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: Match.anyValue() }],
      },
    });
  });
});

describe('the rescue function', () => {
  it('takes dead executions one by one', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [deadExecutions, 'Arn'] },
      BatchSize: 1,
    });
  });
});

describe('the lifecycle function', () => {
  it('takes several events at once, as long as their messages stay invisible', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [lifecycleQueue, 'Arn'] },
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    template.hasResourceProperties('AWS::Lambda::Function', { Description: Match.stringLikeRegexp('looks after'), Timeout: 900 });
  });
});

describe('the queues', () => {
  it('of the lifecycle take one text once, since rules give no deduplication id, and bury after three deliveries', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      FifoQueue: true,
      ContentBasedDeduplication: true,
      VisibilityTimeout: 900,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [lifecycleDeadLetters, 'Arn'] }, maxReceiveCount: 3 },
    });
  });

  it('of executions order by group, deduplicate by id, and bury after five deliveries in a FIFO queue', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      FifoQueue: true,
      ContentBasedDeduplication: false,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [deadExecutions, 'Arn'] }, maxReceiveCount: 5 },
    });
  });

  it('are encrypted and refuse plain HTTP', () => {
    template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
    template.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });
});

describe('the documents', () => {
  it('are tagged for DLM’s roles and updated by new versions', () => {
    template.hasResourceProperties('AWS::SSM::Document', {
      Name: 'stillpoint-template',
      DocumentType: 'Command',
      UpdateMethod: 'NewVersion',
      Tags: [{ Key: 'DLMScriptsAccess', Value: 'true' }],
      Content: Match.objectLike({ schemaVersion: '2.2' }),
    });
  });
});
