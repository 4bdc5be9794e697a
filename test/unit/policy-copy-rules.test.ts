import { policyJson, problemsOf, schedule } from './policy-fixture';

type Json = Readonly<Record<string, unknown>>;
const withRules = (...CrossRegionCopyRules: readonly unknown[]) => policyJson({ Schedules: [schedule({}, { CrossRegionCopyRules })] });
const rule = (over: Json = {}): Json => ({ Target: 'eu-central-1', Encrypted: false, ...over });
const retain = (Interval: unknown, IntervalUnit: unknown = 'DAYS') => withRules(rule({ RetainRule: { Interval, IntervalUnit } }));
const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd';
const AT = 'Schedules[0].CrossRegionCopyRules';

describe('copy rules are taken', () => {
  it.each<[string, unknown]>([
    ['none', withRules()],
    ['with the least that DLM asks for', withRules(rule())],
    [
      'with everything',
      withRules(rule({ Encrypted: true, CmkArn: KEY, CopyTags: true, RetainRule: { Interval: 1, IntervalUnit: 'MONTHS' } })),
    ],
    ['encrypted under the default key', withRules(rule({ Encrypted: true }))],
    ['with the older name of Target', withRules({ TargetRegion: 'us-gov-west-1', Encrypted: false })],
    ['with both names alike', withRules(rule({ TargetRegion: 'eu-central-1' }))],
    ['for 3 regions', withRules(rule(), rule({ Target: 'us-east-1' }), rule({ Target: 'ap-southeast-2' }))],
    ['for 100 years', retain(5200, 'WEEKS')],
  ])('%s', (_, input) => {
    expect(problemsOf(input)).toEqual([]);
  });
});

describe('a copy rule is refused', () => {
  it.each<[unknown, string]>([
    [
      policyJson({ Schedules: [schedule({}, { CrossRegionCopyRules: 'eu-west-2' })] }),
      `${AT}: found "eu-west-2", allowed: a list of at most 3 copy rules`,
    ],
    [withRules(...['a', 'b', 'c', 'd'].map((name) => rule({ Target: `${name}u-west-1` }))), `${AT}: found `],
    [withRules({ Encrypted: false }), `${AT}[0].Target: missing, allowed: the name of a region in Target`],
    [withRules(rule({ TargetRegion: 'us-east-1' })), `${AT}[0].Target: found "eu-central-1", allowed: the name of a region in Target`],
    [withRules(rule({ Target: 'Frankfurt' })), `${AT}[0].Target: found "Frankfurt", allowed: the name of a region, such as eu-west-1`],
    [withRules(rule({ Target: 'eu-central-1a' })), `${AT}[0].Target: found "eu-central-1a", allowed: the name of a region`],
    [
      withRules(rule({ Target: 'arn:aws:outposts:eu-west-1:111122223333:outpost/op-1' })),
      'allowed: the name of a region, such as eu-west-1 (copies to Outposts are not built)',
    ],
    [withRules(rule(), rule()), `${AT}[1].Target: found "eu-central-1", allowed: a region that no other copy rule of the schedule has`],
    [withRules({ Target: 'eu-central-1' }), `${AT}[0].Encrypted: missing, allowed: true or false`],
    [withRules(rule({ CmkArn: KEY })), `${AT}[0].CmkArn: found "${KEY}", allowed: CmkArn with Encrypted true only`],
    [
      withRules(rule({ Encrypted: true, CmkArn: KEY.replace('central', 'west') })),
      `${AT}[0].CmkArn: found "${KEY.replace('central', 'west')}", allowed: a key of the region that is copied to`,
    ],
    [withRules(rule({ Encrypted: true, CmkArn: 'arn:aws:kms:eu-central-1:111122223333:alias/mine' })), 'allowed: the ARN of a KMS key'],
    [withRules(rule({ RetainRule: {} })), `${AT}[0].RetainRule.Interval: missing, allowed: a positive integer`],
    [retain(0), `${AT}[0].RetainRule.Interval: found 0, allowed: a positive integer`],
    [retain(101, 'YEARS'), `${AT}[0].RetainRule.Interval: found 101, allowed: at most 100 years`],
    [retain(1, 'HOURS'), `${AT}[0].RetainRule.IntervalUnit: found "HOURS", allowed: one of DAYS, WEEKS, MONTHS, YEARS`],
    [withRules(rule({ RetainRule: { Count: 3 } })), `${AT}[0].RetainRule.Count: unknown key; `],
    [
      withRules(rule({ Regio: 1 })),
      `${AT}[0].Regio: unknown key; known here: Target, TargetRegion, Encrypted, CmkArn, CopyTags, RetainRule`,
    ],
  ])('%j', (input, expected) => {
    expect(problemsOf(input)).toContainEqual(expect.stringContaining(expected));
  });
});
