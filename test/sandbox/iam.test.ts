import { type Check, resourceTags } from '../../sandbox/aws/iam/check';
import { decide } from '../../sandbox/aws/iam/decide';
import { describeRefusal } from '../../sandbox/aws/iam/refusal';
import { parsePolicyDocument } from '../../sandbox/aws/iam/statement';

const ROLE = { arn: 'arn:aws:iam::111122223333:role/Worker' };
const SNAPSHOT = 'arn:aws:ec2:eu-west-1::snapshot/snap-1';

const check = (overrides: Partial<Check> = {}): Check => ({ action: 'ec2:CreateTags', resource: SNAPSHOT, context: {}, ...overrides });

const policy = (...Statement: readonly object[]) =>
  parsePolicyDocument({ Statement: Statement.map((one) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...one })) }, 'Role');

const allows = (statements: ReturnType<typeof policy>, asked: Check = check()) => decide(statements, ROLE, asked).allowed;

describe('actions and resources', () => {
  it.each<[string, string, string, boolean]>([
    ['ec2:CreateTags', '*', SNAPSHOT, true],
    ['EC2:createtags', '*', SNAPSHOT, true],
    ['ec2:Create*', '*', SNAPSHOT, true],
    ['ec2:CreateTag', '*', SNAPSHOT, false],
    ['ec2:CreateTags', 'arn:aws:ec2:eu-west-1::snapshot/*', SNAPSHOT, true],
    ['ec2:CreateTags', 'arn:aws:ec2:*:*:snapshot/snap-?', SNAPSHOT, true],
    ['ec2:CreateTags', 'arn:aws:ec2:eu-west-1:111122223333:snapshot/*', SNAPSHOT, false],
    ['ec2:CreateTags', 'arn:aws:*:snapshot/snap-1', SNAPSHOT, false],
    ['ec2:CreateTags', 'arn:aws:ec2:eu-west-1::snapshot/*', '*', false],
    ['ec2:CreateTags', 'arn:aws:logs:r:a:log-group:g:*', 'arn:aws:logs:r:a:log-group:g:log-stream:s', true],
  ])('%s on %s, asked for %s: %s', (Action, Resource, resource, allowed) => {
    expect(allows(policy({ Action, Resource }), check({ resource }))).toBe(allowed);
  });

  it('are allowed by nothing when no statement names them, and by no Allow beside a Deny', () => {
    expect(allows([])).toBe(false);
    expect(allows(policy({}, { Effect: 'Deny', Action: 'ec2:*' }))).toBe(false);
    expect(allows(policy({}, { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }))).toBe(true);
  });
});

describe('conditions', () => {
  const one = { 'aws:TagKeys': ['a'] };
  const two = { 'aws:TagKeys': ['a', 'b'] };
  const none = {};

  it.each<[string, string | string[], Check['context'], boolean]>([
    ['StringEquals', 'a', one, true],
    ['StringEquals', ['x', 'a'], one, true],
    ['StringEquals', 'A', one, false],
    ['StringEquals', '*', one, false],
    ['StringEquals', '${*}', { 'aws:TagKeys': ['*'] }, true],
    ['StringEquals', '${$}{x}', { 'aws:TagKeys': ['${x}'] }, true],
    ['StringEquals', 'a', none, false],
    ['StringEqualsIfExists', 'a', none, true],
    ['StringEqualsIfExists', 'x', one, false],
    ['StringNotEquals', 'a', one, false],
    ['StringNotEquals', ['x', 'y'], one, true],
    ['StringNotEquals', 'a', none, true],
    ['StringLike', 'a*', { 'aws:TagKeys': ['abc'] }, true],
    ['StringLike', 'a?', { 'aws:TagKeys': ['abc'] }, false],
    ['StringLike', 'a${*}', { 'aws:TagKeys': ['abc'] }, false],
    ['ForAllValues:StringNotLike', 'c*', two, true],
    ['ForAllValues:StringNotLike', 'b*', two, false],
    ['ForAllValues:StringEquals', ['a', 'b'], two, true],
    ['ForAllValues:StringEquals', 'a', two, false],
    ['ForAllValues:StringEquals', 'a', none, true],
    ['ForAnyValue:StringEquals', 'a', two, true],
    ['ForAnyValue:StringEquals', 'x', two, false],
    ['ForAnyValue:StringEquals', 'a', none, false],
    ['ForAllValues:StringLike', 'a*', two, false],
    ['Null', 'true', none, true],
    ['Null', 'true', one, false],
    ['Null', 'false', one, true],
    ['Null', 'false', none, false],
    ['Bool', 'TRUE', { 'aws:TagKeys': ['true'] }, true],
    ['ArnLike', 'arn:aws:events:*:*:rule/a*', { 'aws:TagKeys': ['arn:aws:events:r:1:rule/abc'] }, true],
    ['ArnLike', 'arn:aws:events:*:rule/a*', { 'aws:TagKeys': ['arn:aws:events:r:1:rule/abc'] }, false],
  ])('%s %j on %j: %s', (operator, wanted, context, met) => {
    expect(allows(policy({ Condition: { [operator]: { 'aws:TagKeys': wanted } } }), check({ context }))).toBe(met);
  });

  it('are all needed, and take a tag’s key in any case but its value to the letter', () => {
    const context = resourceTags([['Backup', 'nightly']]);
    const wants = (value: string, key = 'aws:ResourceTag/backup') => policy({ Condition: { StringEquals: { [key]: value } } });
    expect(allows(wants('nightly'), check({ context }))).toBe(true);
    expect(allows(wants('Nightly'), check({ context }))).toBe(false);
    expect(
      allows(policy({ Condition: { StringEquals: { 'aws:ResourceTag/backup': 'nightly', 'ec2:Region': 'x' } } }), check({ context })),
    ).toBe(false);
  });

  it.each<[string, object]>([
    ['the condition operator NumericLessThan', { Condition: { NumericLessThan: { 'ec2:Region': '1' } } }],
    ['the condition operator ForAllValue:StringEquals', { Condition: { 'ForAllValue:StringEquals': { 'ec2:Region': '1' } } }],
    ['the condition key aws:SourceVpce', { Condition: { StringEquals: { 'aws:SourceVpce': 'x' } } }],
    ['the policy variable ${aws:username}', { Condition: { StringEquals: { 'ec2:Region': '${aws:username}' } } }],
    ['the policy variable ${aws:username}', { Resource: 'arn:aws:s3:::${aws:username}' }],
  ])('refuse %s when the policy is read, with its place', (what, statement) => {
    expect(() => policy({}, statement)).toThrow(`Role, statement 2: the sandbox does not know ${what}`);
  });

  it.each(['NotAction', 'NotResource', 'NotPrincipal'])('and %s is never passed over', (element) => {
    expect(() => policy({ [element]: '*' })).toThrow(`Role, statement 1: the sandbox does not know ${element}`);
  });
});

describe('principals', () => {
  const onlyFor = (Principal: unknown) => policy({ Principal });

  it.each<[unknown, boolean, boolean]>([
    ['*', true, true],
    [{ AWS: '*' }, true, true],
    [{ AWS: 'arn:aws:iam::111122223333:root' }, true, false],
    [{ AWS: 'arn:aws:iam::444455556666:root' }, false, false],
    [{ AWS: ROLE.arn }, true, false],
    [{ Service: 'events.amazonaws.com' }, false, true],
  ])('%j: role %s, service %s', (principal, role, service) => {
    expect(decide(onlyFor(principal), ROLE, check()).allowed).toBe(role);
    expect(decide(onlyFor(principal), { service: 'events.amazonaws.com' }, check()).allowed).toBe(service);
  });
});

describe('a refusal', () => {
  const said = (statements: ReturnType<typeof policy>, asked: Check = check()) => {
    const decision = decide(statements, ROLE, asked);
    return decision.allowed ? 'allowed' : describeRefusal('WorkerRole', asked, decision);
  };

  it('names role, action and resource', () => {
    expect(said([])).toBe(`WorkerRole is not authorized to perform ec2:CreateTags on ${SNAPSHOT}: no statement allows it`);
    expect(said(policy({}, { Effect: 'Deny' }))).toContain('denied by Role, statement 2');
  });

  it('names each condition that stood in the way, and what was found', () => {
    const tagged = { StringEquals: { 'aws:ResourceTag/Backup': ['nightly', 'weekly'], 'ec2:Region': 'eu-west-1' } };
    const context = { ...resourceTags([['Backup', 'never']]), 'ec2:Region': ['eu-west-1'] };
    expect(said(policy({ Condition: tagged }), check({ context }))).toContain(
      'condition not met: StringEquals aws:ResourceTag/Backup nightly, weekly (found never)',
    );
    expect(said(policy({ Condition: { Null: { 'aws:TagKeys': 'false' } } }))).toContain('Null aws:TagKeys false (found none)');
  });
});
