import { vssParameters } from '../../lambda/core/vss/vss-request';
import { createAuthorizer } from '../../sandbox/aws/iam/authorizer';
import { requestTags } from '../../sandbox/aws/iam/check';
import { parsePolicyDocument } from '../../sandbox/aws/iam/statement';
import { parseTags } from '../../sandbox/aws/vss/tags';
import { exampleTemplate } from './synthesized';

const ACCOUNT = { accountId: '111122223333', region: 'eu-west-1' };
const ITSELF = 'i-0123456789abcdef0';
const OTHER = 'i-0fedcba9876543210';
const VALUES: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': ACCOUNT.region,
  'AWS::AccountId': ACCOUNT.accountId,
};

/** A policy's document with its joins put together. */
const resolved = (document: unknown): unknown =>
  JSON.parse(JSON.stringify(document), (_key, value) => {
    if (typeof value !== 'object' || value === null) return value;
    if (typeof value.Ref === 'string') return VALUES[value.Ref];
    return Array.isArray(value['Fn::Join']) ? value['Fn::Join'][1].join('') : value;
  });

const found = Object.entries(exampleTemplate().findResources('AWS::IAM::ManagedPolicy')).find(([id]) => id.includes('VssInstancePolicy'));
const statements = parsePolicyDocument(resolved(found?.[1]['Properties'].PolicyDocument), 'VssInstancePolicy');
const { refusal } = createAuthorizer(
  ACCOUNT,
  () => ({ roles: new Map(), resources: new Map() }),
  () => undefined,
  new Map([[ITSELF, { arn: 'arn', statements }]]),
);

const arn = (resource: string) => `arn:aws:ec2:eu-west-1:${resource.startsWith('snapshot') ? '' : ACCOUNT.accountId}:${resource}`;
const may = (action: string, resource: string, context: Readonly<Record<string, readonly string[]>> = {}): boolean =>
  refusal(ITSELF, [{ action, resource, context: { 'ec2:Region': [ACCOUNT.region], ...context } }]) === undefined;

const ids = parseTags(
  vssParameters({ policyId: 'nightly', executionId: `nightly@x/${ITSELF}`, instanceId: ITSELF, attempt: 1 }, false)['tags'] ?? '',
);
const tags = [...ids.map(({ Key, Value }) => [Key, Value] as const), ['AwsVssConfig', '{}'] as const];
const creating = (more: readonly (readonly [string, string])[] = []) => ({
  ...requestTags([...tags, ...more]),
  'ec2:CreateAction': ['CreateSnapshots'],
});

test('the stack offers a policy for instances that VSS makes sets on, attached to nobody', () => {
  expect(found?.[1]['Properties']).not.toHaveProperty('Roles');
  exampleTemplate().hasOutput('*', { Description: 'For the roles of Windows instances that VSS makes sets on' });
});

test.each<readonly [string, boolean]>([
  ['makes snapshots of itself', may('ec2:CreateSnapshots', arn(`instance/${ITSELF}`), { 'ec2:InstanceID': [ITSELF] })],
  ['of its volumes', may('ec2:CreateSnapshots', arn('volume/vol-1'))],
  ['with the ids of its command', may('ec2:CreateSnapshots', arn('snapshot/*'), requestTags(tags))],
  ['which it gives them at once', may('ec2:CreateTags', arn('snapshot/*'), creating())],
  [
    'and VSS’s word later',
    may('ec2:CreateTags', arn('snapshot/snap-1'), {
      ...requestTags([
        ['AppConsistent', 'true'],
        ['Device', 'xvdf'],
      ]),
      'aws:ResourceTag/AwsVssConfig': ['{}'],
    }),
  ],
])('an instance with it %s', (_what, allowed) => {
  expect(allowed).toBe(true);
});

test.each<readonly [string, boolean]>([
  ['makes snapshots of others', may('ec2:CreateSnapshots', arn(`instance/${OTHER}`), { 'ec2:InstanceID': [OTHER] })],
  ['makes them without VSS', may('ec2:CreateSnapshots', arn('snapshot/*'), requestTags([['a', 'b']]))],
  ['writes a verdict on them', may('ec2:CreateTags', arn('snapshot/*'), creating([['stillpoint:consistency', 'application']]))],
  [
    'or later',
    may('ec2:CreateTags', arn('snapshot/snap-1'), {
      ...requestTags([['stillpoint:consistency', 'application']]),
      'aws:ResourceTag/AwsVssConfig': ['{}'],
    }),
  ],
  ['tags what VSS has not made', may('ec2:CreateTags', arn('snapshot/snap-1'), requestTags([['AppConsistent', 'true']]))],
  ['deletes any', may('ec2:DeleteSnapshot', arn('snapshot/snap-1'))],
])('and never %s', (_what, allowed) => {
  expect(allowed).toBe(false);
});
