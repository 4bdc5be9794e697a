import { Match, type Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod/mini';
import { ALARMS } from '../../lib/monitoring/runbook';
import { SAVED_QUERIES } from '../../lib/monitoring/saved-queries';
import { EMITTED, QUERIED } from '../end-to-end/harness/monitored';
import { policy } from './example-policies';
import { exampleTemplate } from './synthesized';

const alarmSchema = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  Namespace: z.string(),
  MetricName: z.string(),
  TreatMissingData: z.string(),
  Period: z.number(),
  EvaluationPeriods: z.number(),
  AlarmActions: z.optional(z.array(z.string())),
  OKActions: z.optional(z.array(z.string())),
});

const alarmsOf = (template: Template) =>
  Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => alarmSchema.parse(Properties));
const namesOf = (template: Template): readonly string[] => alarmsOf(template).map(({ AlarmName }) => AlarmName);

const QUEUES = ['unplanned-runs', 'lifecycle-dead-letters', 'dead-executions', 'dead-executions-waiting'].map(
  (kind) => `stillpoint-${kind}`,
);
const SCRIPTS = ['possibly-frozen', 'causes', 'freeze-window'];
const DEFAULT = exampleTemplate();
const withPolicy = (over: Parameters<typeof policy>[0]) => exampleTemplate({ policies: [{ id: 'one', policy: policy(over) }] });
const ONE = withPolicy({});
const COPYING = withPolicy({
  Schedules: policy().Schedules.map((schedule) => ({ ...schedule, CrossRegionCopyRules: [{ Target: 'eu-central-1', Encrypted: false }] })),
});
const WITHOUT_SCRIPTS = [{ Name: 'daily', CreateRule: { CronExpression: 'cron(0 3 * * ? *)' } }];

describe('the alarms', () => {
  it('of an enabled policy are five, and four are of the queues', () => {
    expect(namesOf(ONE)).toEqual([...['overdue', 'sweep-absent', ...SCRIPTS].map((kind) => `stillpoint-one-${kind}`), ...QUEUES]);
  });

  it('of a policy without scripts are those of the sweep', () => {
    const names = namesOf(withPolicy({ Schedules: WITHOUT_SCRIPTS }));
    expect(names).toEqual(['stillpoint-one-overdue', 'stillpoint-one-sweep-absent', ...QUEUES]);
  });

  it('of a policy that copies tell of copies that failed', () => {
    expect(namesOf(COPYING).filter((name) => !namesOf(ONE).includes(name))).toEqual(['stillpoint-one-copies-failed']);
  });

  it('of a disabled policy are those of what it may have left behind', () => {
    expect(namesOf(withPolicy({ State: 'DISABLED' }))).toEqual([...SCRIPTS.map((kind) => `stillpoint-one-${kind}`), ...QUEUES]);
  });

  it('are each kind at least once, and say which entry of the runbook is theirs', () => {
    const alarms = [...alarmsOf(exampleTemplate({ runbookUrl: 'https://example.com/runbook' })), ...alarmsOf(COPYING)];
    const links = alarms.map(({ AlarmDescription }) => / (\S+)$/.exec(AlarmDescription)?.[1]?.replace(/^.*#/, '') ?? '');
    expect(new Set(links)).toEqual(new Set(Object.keys(ALARMS).map((kind) => `alarm-${kind}`)));
    expect(alarms[0]?.AlarmDescription).toContain(' https://example.com/runbook#');
    for (const { AlarmName, AlarmDescription } of alarms) expect(AlarmName).toContain(AlarmDescription.split('#alarm-')[1]);
  });

  it('link the runbook in the repository unless told', () => {
    expect(alarmsOf(DEFAULT)[0]?.AlarmDescription).toMatch(/ docs\/runbook\.md#alarm-/);
  });

  it('tell a topic that is named when they begin and when they end, and nobody otherwise', () => {
    const topic = 'arn:aws:sns:eu-west-1:111122223333:operations';
    for (const alarm of alarmsOf(exampleTemplate({ alarmTopicArn: topic }))) {
      expect(alarm).toMatchObject({ AlarmActions: [topic], OKActions: [topic] });
    }
    expect(JSON.stringify(alarmsOf(DEFAULT))).not.toContain('Actions');
  });

  it('look back no further than CloudWatch lets them, a week', () => {
    for (const { Period, EvaluationPeriods } of alarmsOf(DEFAULT)) expect(Period * EvaluationPeriods).toBeLessThanOrEqual(7 * 86_400);
  });

  it('take a sweep that tells nothing for a failure', () => {
    ONE.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'stillpoint-one-sweep-absent',
      MetricName: 'HoursOverdue',
      Statistic: 'SampleCount',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Period: 3600,
      EvaluationPeriods: 3,
      TreatMissingData: 'breaching',
    });
  });

  it('hold the longest freeze to the policy’s budget, 10 s unless it says otherwise', () => {
    const longest = (Threshold: number) => ({ AlarmName: 'stillpoint-one-freeze-window', Statistic: 'Maximum', Threshold });
    ONE.hasResourceProperties('AWS::CloudWatch::Alarm', longest(10_000));
    withPolicy({ Stillpoint: { FreezeBudget: 1_500 } }).hasResourceProperties('AWS::CloudWatch::Alarm', longest(1_500));
  });

  it('hear of a dead execution by its being received, readable or not', () => {
    const template = ONE;
    const queue = Object.keys(
      template.findResources('AWS::SQS::Queue', { Properties: { FifoQueue: true, RedrivePolicy: Match.absent() } }),
    );
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'stillpoint-dead-executions',
      Namespace: 'AWS/SQS',
      MetricName: 'NumberOfMessagesReceived',
      Statistic: 'Sum',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queue[0], 'QueueName'] } }],
    });
  });
});

const dashboardSchema = z.object({
  widgets: z.array(
    z.looseObject({
      properties: z.object({
        title: z.optional(z.string()),
        markdown: z.optional(z.string()),
        metrics: z.optional(z.array(z.array(z.unknown()))),
      }),
    }),
  ),
});

/** The dashboard's body, with the region in the places of its intrinsic functions. */
const dashboardOf = (template: Template) => {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const body = z
    .object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.union([z.string(), z.object({ Ref: z.string() })]))]) })
    .parse(dashboard?.['Properties'].DashboardBody);
  const text = body['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'eu-west-1')).join('');
  return dashboardSchema.parse(JSON.parse(text)).widgets;
};

describe('the dashboard', () => {
  const widgets = dashboardOf(DEFAULT);

  it('has what there is to watch', () => {
    expect(widgets.flatMap(({ properties }) => properties.title ?? [])).toEqual([
      'Hours overdue, of the worst target',
      'Age of the newest proven set, of the worst target',
      'Targets',
      'Executions by result',
      'Executions by consistency',
      'Executions by cause',
      'Snapshots by what EC2 made of them',
      'Snapshots by what retention made of them',
      'Copies in other regions',
      'Freeze window, p50',
      'Freeze window, p99',
      'Retries',
      'Possibly frozen',
      'Faults of the policy',
    ]);
  });

  it('is as large for a hundred policies as for one: it searches', () => {
    const hundred = Array.from({ length: 40 }, (_, index) => ({ id: `policy-${index}`, policy: policy() }));
    expect(dashboardOf(exampleTemplate({ policies: hundred }))).toEqual(widgets);
    const searches = JSON.stringify(widgets.map(({ properties }) => properties.metrics));
    expect(searches).toContain(
      `SEARCH('{Stillpoint,DLMPolicyId} MetricName=\\\\\\"FreezeWindow\\\\\\"', 'p99', 3600)`.replaceAll('\\\\\\', '\\'),
    );
  });

  it('names the region, since dashboards are the account’s', () => {
    DEFAULT.hasResourceProperties('AWS::CloudWatch::Dashboard', {
      DashboardName: { 'Fn::Join': ['', ['stillpoint-', { Ref: 'AWS::Region' }]] },
    });
  });
});

describe('the saved queries', () => {
  it('look at the logs of the functions that they are about', () => {
    const template = DEFAULT;
    template.resourceCountIs('AWS::Logs::QueryDefinition', SAVED_QUERIES.length);
    const logs = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    const logOf = (part: string) => ({ Ref: logs.find((name) => name.includes(part)) });
    template.hasResourceProperties('AWS::Logs::QueryDefinition', {
      Name: 'stillpoint/story-of-an-execution',
      LogGroupNames: [logOf('Worker'), logOf('Rescue')],
      QueryString: Match.stringLikeRegexp('filter executionId = '),
    });
  });

  it('name fields that an end-to-end run is held to log', () => {
    expect(Object.values(QUERIED).flat().sort()).toEqual(SAVED_QUERIES.map(({ name }) => name).sort());
  });
});

describe('every metric that dashboard and alarms name', () => {
  const searched = [...JSON.stringify(dashboardOf(DEFAULT)).matchAll(/MetricName=\\+"(\w+)/g)].map(([, name]) => name);
  const alarmed = [...alarmsOf(DEFAULT), ...alarmsOf(COPYING)].flatMap(({ Namespace, MetricName }) =>
    Namespace === 'Stillpoint' ? [MetricName] : [],
  );

  it('is one that an end-to-end run is held to write', () => {
    const written: readonly string[] = Object.values(EMITTED).flat();
    expect(searched.length).toBeGreaterThan(15);
    expect(alarmed.length).toBeGreaterThan(5);
    expect([...searched, ...alarmed].filter((name) => !written.includes(name ?? ''))).toEqual([]);
  });

  it('is one of SQS’s own, where it is not ours', () => {
    const others = alarmsOf(DEFAULT).filter(({ Namespace }) => Namespace !== 'Stillpoint');
    expect(new Set(others.map(({ Namespace, MetricName }) => `${Namespace} ${MetricName}`))).toEqual(
      new Set(['AWS/SQS ApproximateNumberOfMessagesVisible', 'AWS/SQS NumberOfMessagesReceived']),
    );
  });
});
