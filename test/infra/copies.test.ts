import { App, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { checkCopyRegions } from '../../lib/check-copy-regions';
import { policy } from './example-policies';
import { exampleTemplate } from './synthesized';

const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1';
const copying = (id: string, ...regions: readonly string[]) => ({
  id,
  policy: policy({
    Schedules: policy().Schedules.map((schedule) => ({
      ...schedule,
      CrossRegionCopyRules: regions.map((Target) => ({ Target, Encrypted: true, ...(KEY.includes(Target) ? { CmkArn: KEY } : {}) })),
    })),
  }),
});

/** The lifecycle function's statements with an action that begins like this. */
const statements = (action: string, props: Parameters<typeof exampleTemplate>[0]): readonly Record<string, unknown>[] => {
  const roles = exampleTemplate(props).findResources('AWS::IAM::Role', { Properties: { Policies: Match.anyValue() } });
  const lifecycle = Object.entries(roles).filter(([name]) => name.includes('Lifecycle'));
  return lifecycle
    .flatMap(([, role]) => role['Properties'].Policies)
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter(({ Action }) => [Action].flat().some((one: string) => one.startsWith(action)));
};

describe('the rights for copies', () => {
  const props = {
    policies: [copying('one', 'eu-central-1'), copying('two', 'us-east-1')],
    volumeKeys: ['arn:aws:kms:eu-west-1:111122223333:key/2'],
  };

  it('are none where no policy copies, and no look every quarter of an hour', () => {
    expect([...statements('ec2:CopySnapshot', {}), ...statements('kms:', {})]).toEqual([]);
    expect(JSON.stringify(statements('ec2:', {}))).not.toContain(':snapshot/snap-*');
    exampleTemplate().resourcePropertiesCountIs('AWS::Events::Rule', { Name: 'stillpoint-lifecycle-follow' }, 0);
    exampleTemplate(props).resourcePropertiesCountIs('AWS::Events::Rule', { Name: 'stillpoint-lifecycle-follow' }, 1);
  });

  it('begin copies in the policies’ regions only, and only with the marks of a copy', () => {
    const regions = ['eu-central-1', 'us-east-1'];
    const marks = (key: string) => ({ [`aws:${key}/stillpoint:policy-id`]: 'false', [`aws:${key}/stillpoint:source-snapshot`]: 'false' });
    const [begin, source, ...more] = statements('ec2:CopySnapshot', props);
    expect(more).toEqual([]);
    expect(begin).toMatchObject({ Condition: { StringEquals: { 'ec2:Region': regions }, Null: marks('RequestTag') } });
    expect(JSON.stringify(begin?.['Resource'])).toMatch(/:ec2:eu-central-1::snapshot\/\$\{\*\}.*:ec2:us-east-1::snapshot\/\$\{\*\}/);
    expect(JSON.stringify(source?.['Resource'])).toContain('::snapshot/snap-*');
    const [remove] = statements('ec2:DeleteSnapshot', props).filter((one) => JSON.stringify(one).includes('eu-central-1'));
    expect(remove).toMatchObject({ Condition: { StringEquals: { 'ec2:Region': regions }, Null: marks('ResourceTag') } });
  });

  it('tag copies later with keys that mark neither ownership nor age', () => {
    const later = statements('ec2:CreateTags', props).filter((one) =>
      JSON.stringify(one).includes('ResourceTag/stillpoint:source-snapshot'),
    );
    expect(later).toMatchObject([
      {
        Condition: {
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['stillpoint:copy', 'stillpoint:deleting'] },
          Null: { 'aws:TagKeys': 'false' },
        },
      },
    ]);
  });

  it('use the volumes’ keys and the rules’, through EC2 of their regions only', () => {
    for (const statement of statements('kms:', props)) {
      expect(statement).toMatchObject({ Resource: [KEY, ...props.volumeKeys] });
      expect(JSON.stringify(statement)).toMatch(/kms:ViaService.*ec2\..*AWS::Region.*ec2\.eu-central-1\..*ec2\.us-east-1\./);
    }
    expect(statements('kms:', props)).toHaveLength(2);
  });
});

describe('a copy rule for the stack’s own region', () => {
  const stackIn = (region?: string): Stack => new Stack(new App(), 'Test', region === undefined ? {} : { env: { region } });
  const files = [copying('one', 'eu-central-1'), copying('two', 'us-east-1', 'eu-west-1')];

  it('fails the synthesis of a stack whose region is known', () => {
    expect(() => checkCopyRegions(stackIn('eu-west-1'), files)).toThrow(
      /^1 problem in the policies:\npolicy two, schedule \w+: CrossRegionCopyRules: found the stack's region eu-west-1, allowed: another one$/,
    );
  });

  it('is left to the lifecycle function where the region is not known yet', () => {
    expect(() => checkCopyRegions(stackIn(), files)).not.toThrow();
  });
});
