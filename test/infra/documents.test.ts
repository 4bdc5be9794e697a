import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { HANA_DOCUMENT } from '../../lambda/core/policy/execution-handler';
import type { Script } from '../../lambda/core/policy/policy-schema';
import { checkDocuments } from '../../lib/check-documents';
import { policy } from './example-policies';
import { exampleStack } from './synthesized';

const of = (id: string, script: Script, Name = 'daily') => ({
  id,
  policy: policy({ Schedules: [{ Name, CreateRule: { CronExpression: 'cron(0 3 * * ? *)', Scripts: [script] } }] }),
});
const stackIn = (region?: string): Stack => new Stack(new App(), 'Test', region === undefined ? {} : { env: { region } });

const warningsOf = (...files: readonly ReturnType<typeof of>[]): readonly unknown[] => {
  return Annotations.fromStack(exampleStack({ policies: files }))
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => entry.data);
};

describe('the crash-consistent fallback with SAP HANA', () => {
  it.each<[string, Script]>([
    ['by default', { ExecutionHandler: HANA_DOCUMENT }],
    ['when it is asked for', { ExecutionHandler: HANA_DOCUMENT, ExecuteOperationOnScriptFailure: true, Stages: ['PRE'] }],
    ['by the document’s ARN', { ExecutionHandler: `arn:aws:ssm:eu-west-1::document/${HANA_DOCUMENT}` }],
  ])('is a warning of synthesis that names policy and schedule: %s', (_case, script) => {
    expect(warningsOf(of('hana', script, 'hourly'))).toEqual([
      expect.stringMatching(/^Policy hana, schedule hourly: the crash-consistent fallback is on .*\[ack: stillpoint:hana-fallback-hana\]$/),
    ]);
  });

  it.each<[string, Script]>([
    ['switched off', { ExecutionHandler: HANA_DOCUMENT, ExecuteOperationOnScriptFailure: false }],
    ['POST alone, which has no fallback', { ExecutionHandler: HANA_DOCUMENT, Stages: ['POST'] }],
    ['another document', { ExecutionHandler: 'our-database' }],
  ])('is none: %s', (_case, script) => {
    expect(warningsOf(of('hana', script))).toEqual([]);
  });
});

describe('a document of another region', () => {
  const script = (region: string): Script => ({ ExecutionHandler: `arn:aws:ssm:${region}:444455556666:document/shared-database` });

  it('fails the synthesis of a stack whose region is known, every one at once', () => {
    const files = [of('one', script('us-east-1')), of('two', script('eu-west-1')), of('three', script('us-east-2'))];
    expect(() => checkDocuments(stackIn('eu-west-1'), files)).toThrow(
      /^2 problems in the policies:\npolicy one, schedule daily: document arn:\S+ is of region us-east-1, allowed: one of eu-west-1\npolicy three, /,
    );
  });

  it('is left to the worker where the region is not known yet', () => {
    expect(() => checkDocuments(stackIn(), [of('one', script('us-east-1'))])).not.toThrow();
  });
});
