import { Match } from 'aws-cdk-lib/assertions';
import type { FastRestoreRule } from '../../lambda/core/policy/after-completion-schema';
import { ruleName } from '../../lib/names';
import { inputTemplate } from '../../lib/schedule-rules';
import { policy } from './example-policies';
import { exampleStack, exampleTemplate } from './synthesized';

describe('the rules', () => {
  const template = exampleTemplate();

  it('are one a schedule, one of the sweep, and three of the lifecycle', () => {
    template.resourceCountIs('AWS::Events::Rule', 7);
    template.hasResourceProperties('AWS::Events::Rule', { Name: 'stillpoint-sweep', ScheduleExpression: 'cron(30 * * * ? *)' });
  });

  it('of the lifecycle put into one group of its queue, so that one invocation at a time decides', () => {
    const target = {
      Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('LifecycleQueue'), 'Arn'] },
      SqsParameters: { MessageGroupId: 'lifecycle' },
    };
    for (const name of ['completed', 'closed', 'sweep'])
      template.hasResourceProperties('AWS::Events::Rule', { Name: `stillpoint-lifecycle-${name}`, Targets: [Match.objectLike(target)] });
  });

  it('look every quarter of an hour at what takes its time, where a policy asks for that', () => {
    const follow = (FastRestoreRule: FastRestoreRule | undefined) => {
      const Schedules = [{ Name: 'daily', CreateRule: { CronExpression: 'cron(0 3 * * ? *)' }, FastRestoreRule }];
      return exampleTemplate({ policies: [{ id: 'fast', policy: policy({ Schedules }) }] });
    };
    const rule = { Name: 'stillpoint-lifecycle-follow', ScheduleExpression: 'cron(7/15 * * * ? *)' };
    follow({ Count: 1, AvailabilityZones: ['eu-west-1a'] }).hasResourceProperties('AWS::Events::Rule', rule);
    follow(undefined).resourcePropertiesCountIs('AWS::Events::Rule', rule, 0);
  });

  it('write the hours of an interval out', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      Description: 'Stillpoint policy databases, schedule every six hours',
      ScheduleExpression: 'cron(0 3,9,15,21 * * ? *)',
    });
  });

  it('are disabled with their policy', () => {
    template.resourcePropertiesCountIs('AWS::Events::Rule', { State: 'DISABLED' }, 2);
    template.hasResourceProperties('AWS::Events::Rule', { Description: Match.stringLikeRegexp('policy nightly'), State: 'ENABLED' });
  });

  it('give up after 10 minutes, into a standard queue', () => {
    const unplanned = Object.keys(template.findResources('AWS::SQS::Queue', { Properties: { FifoQueue: Match.absent() } }));
    const target = Match.objectLike({
      RetryPolicy: { MaximumEventAgeInSeconds: 600, MaximumRetryAttempts: 2 },
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [unplanned[0], 'Arn'] } },
    });
    template.resourcePropertiesCountIs('AWS::Events::Rule', { Targets: [target] }, 3);
    expect(unplanned).toHaveLength(1);
  });

  it('give the planner policy, schedule and the event’s own time', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      Targets: [
        Match.objectLike({
          InputTransformer: {
            InputPathsMap: { time: '$.time' },
            InputTemplate: '{"policyId":"nightly","schedule":"daily","time":<time>}',
          },
        }),
      ],
    });
  });

  it('have one permission a function and one queue statement between them, held to their prefix', () => {
    const sourceArn = { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(':rule/stillpoint-\\*$')])] };
    const permission = { SourceArn: sourceArn, SourceAccount: Match.absent() };
    template.resourcePropertiesCountIs('AWS::Lambda::Permission', permission, 2);
    template.resourceCountIs('AWS::Lambda::Permission', 3); // the third one is the sweep's, of its rule alone
    const allowed = Match.objectLike({
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Condition: { ArnLike: { 'aws:SourceArn': sourceArn } },
    });
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: { Statement: [Match.objectLike({ Effect: 'Deny' }), allowed] },
    });
  });

  it('of preflights call their function by a schedule of their own', () => {
    const preflights = { id: 'nightly', policy: policy({ Stillpoint: { Preflight: { CronExpression: 'cron(0 12 * * ? *)' } } }) };
    exampleTemplate({ policies: [preflights] }).hasResourceProperties('AWS::Events::Rule', {
      Name: Match.stringLikeRegexp('^stillpoint-nightly-Stillpoint-Preflight-'),
      ScheduleExpression: 'cron(0 12 * * ? *)',
      Targets: [
        Match.objectLike({
          Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^StillpointPreflight'), 'Arn'] },
          InputTransformer: {
            InputPathsMap: { time: '$.time' },
            InputTemplate: '{"policyId":"nightly","schedule":"Stillpoint.Preflight","time":<time>}',
          },
        }),
      ],
    });
  });

  it('are refused past the limit of a bus', () => {
    const policies = Array.from({ length: 301 }, (_, index) => ({ id: `policy${index}`, policy: policy() }));
    expect(() => exampleStack({ policies })).toThrow('301 schedules: an event bus has at most 300 rules');
  });
});

describe('the name of a rule', () => {
  it('fits EventBridge’s limit and stays unique where it is cut', () => {
    const policyId = 'p'.repeat(40);
    const names = ['a', 'b'].map((end) => ruleName(policyId, `${'s'.repeat(119)}${end}`));
    expect(names.map((name) => name.length)).toEqual([64, 64]);
    expect(new Set(names).size).toBe(2);
  });

  it('has only characters that EventBridge takes', () => {
    expect(ruleName('nightly', 'Every day, 3 o’clock')).toMatch(/^[A-Za-z0-9._-]+$/);
  });
});

describe('the input template', () => {
  it('is JSON once the time is in place, whatever the names hold', () => {
    const template = inputTemplate('nightly', 'a "quoted" <time> \\ name');
    expect(template.match(/<\w+>/g)).toEqual(['<time>']);
    expect(JSON.parse(template.replace('<time>', '"2026-11-21T03:00:00Z"'))).toEqual({
      policyId: 'nightly',
      schedule: 'a "quoted" <time> \\ name',
      time: '2026-11-21T03:00:00Z',
    });
  });
});
