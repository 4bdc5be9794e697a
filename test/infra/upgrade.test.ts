import * as z from 'zod/mini';
import { nextToDelete } from '../../sandbox/aws/cloudformation/dependencies';
import { templateSchema } from '../../sandbox/aws/template/template-schema';
import { policy } from './example-policies';
import { exampleTemplate } from './synthesized';

const resourcesOf = (props: Parameters<typeof exampleTemplate>[0] = {}) => templateSchema.parse(exampleTemplate(props).toJSON()).Resources;
const resources = resourcesOf();
const idsOf = (...types: readonly string[]): readonly string[] =>
  Object.entries(resources).flatMap(([id, { Type }]) => (types.includes(Type) ? [id] : []));
const typesOf = (ids: readonly string[]): readonly string[] => [...new Set(ids.map((id) => resources[id]?.Type ?? ''))].sort();
const properties = (type: string) => idsOf(type).map((id) => resources[id]?.Properties ?? {});

describe('a deployment over a running stack', () => {
  // Another logical id, or another of these properties, and CloudFormation makes a new resource and deletes the old one with all that is in it.
  it('never replaces what holds state: the logical ids of releases stay', () => {
    expect(idsOf('AWS::SQS::Queue', 'AWS::DynamoDB::Table')).toEqual([
      'StillpointQueuesUnplannedRuns6DC8D18F',
      'StillpointQueuesDeadExecutions20067BFC',
      'StillpointQueuesExecutions9A0BB575',
      'StillpointBrakesTableFF8486B0',
      'StillpointLifecycleDeadLetters19B41636',
      'StillpointLifecycleQueue46EA137D',
    ]);
  });

  it('never replaces the functions, nor what drains the stack when it is deleted', () => {
    expect(idsOf('AWS::Lambda::Function', 'AWS::Lambda::EventSourceMapping', 'Custom::StillpointStack')).toEqual([
      'StillpointRemovalServiceFunction8C800A0D',
      'StillpointRemovalStackB59E4D4E',
      'StillpointPlannerServiceFunction5E8393B3',
      'StillpointWorkerServiceFunctionDA5389BB',
      'StillpointWorkerServiceFunctionExecutionsC0AAFC97',
      'StillpointRescueServiceFunction4AEFB8C5',
      'StillpointRescueServiceFunctionDeadExecutions5679D9C0',
      'StillpointPreflightServiceFunctionB0EBED5D',
      'StillpointSweepServiceFunction8834FF9E',
      'StillpointLifecycleServiceFunction77902685',
      'StillpointLifecycleServiceFunctionQueueEF54D2AE',
    ]);
  });

  it('keeps the properties that nothing but a new resource can change', () => {
    for (const queue of properties('AWS::SQS::Queue')) expect(queue).not.toHaveProperty('QueueName');
    expect(properties('AWS::SQS::Queue').map(({ FifoQueue }) => FifoQueue)).toEqual([undefined, true, true, true, true]);
    expect(properties('AWS::DynamoDB::Table')).toMatchObject([
      {
        TableName: 'stillpoint-brakes',
        KeySchema: [
          { AttributeName: 'brake', KeyType: 'HASH' },
          { AttributeName: 'id', KeyType: 'RANGE' },
        ],
      },
    ]);
    expect(properties('AWS::SSM::Document')).toMatchObject([
      { Name: 'stillpoint-template', DocumentType: 'Command', TargetType: '/AWS::EC2::Instance', UpdateMethod: 'NewVersion' },
    ]);
    const named = properties('AWS::Lambda::Function').flatMap(({ FunctionName = [] }) => FunctionName);
    expect(named).toEqual(['stillpoint-preflight']);
  });

  it('with other policies makes and deletes no resource but rules, rights and alarms', () => {
    const others = resourcesOf({ policies: [{ id: 'other', policy: policy({ TargetTags: [{ Key: 'a', Value: 'b' }] }) }] });
    const changed = Object.keys(resources).filter((id) => others[id] === undefined);
    expect(typesOf(changed)).toEqual([
      'AWS::CloudWatch::Alarm',
      'AWS::Events::Rule',
      'AWS::IAM::ManagedPolicy',
      'Custom::StillpointRights',
    ]);
    const added = Object.entries(others).filter(([id]) => resources[id] === undefined);
    expect([...new Set(added.map(([, { Type }]) => Type))].sort()).toEqual(typesOf(changed));
  });

  it('gives new code its rights first, and takes old ones away only after what waits for their executions', () => {
    const [worker = ''] = idsOf('AWS::Lambda::Function').filter((id) => id.includes('Worker'));
    const rights = idsOf('AWS::IAM::ManagedPolicy').filter((id) => id.includes('Rights'));
    expect(rights).toHaveLength(2);
    expect(resources[worker]?.DependsOn).toEqual(expect.arrayContaining([...rights]));
    const [release = ''] = idsOf('Custom::StillpointRights');
    expect(nextToDelete(resources, [release, ...rights])).toEqual([release]);
  });

  it('names rights by what they allow, to the worker and to what waits', () => {
    const variables = z.object({ Environment: z.object({ Variables: z.object({ RIGHTS: z.string() }) }) });
    const [worker = ''] = idsOf('AWS::Lambda::Function').filter((id) => id.includes('Worker'));
    const { RIGHTS } = variables.parse(resources[worker]?.Properties).Environment.Variables;
    expect(properties('Custom::StillpointRights')).toMatchObject([{ Rights: RIGHTS }]);
  });
});

describe('the deletion of the stack', () => {
  const [stack = ''] = idsOf('Custom::StillpointStack');

  it('begins with the rules, and deletes nothing else before everything is drained', () => {
    let left = Object.keys(resources);
    for (let next = left; next.length > 0; ) {
      next = nextToDelete(resources, left).filter((id) => id !== stack);
      left = left.filter((id) => !next.includes(id));
    }
    expect(typesOf(Object.keys(resources).filter((id) => !left.includes(id)))).toEqual(['AWS::Events::Rule']);
  });

  it('is waited for as long as the function may take, not an hour', () => {
    expect(properties('Custom::StillpointStack')).toMatchObject([{ ServiceTimeout: '1200' }]);
  });

  it('keeps the log that says what is left', () => {
    const kept = idsOf('AWS::Logs::LogGroup').filter((id) => exampleTemplate().toJSON()['Resources'][id].DeletionPolicy === 'Retain');
    expect(kept).toEqual([expect.stringContaining('Removal')]);
  });
});
