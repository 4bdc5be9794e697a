import { policyJson, problemsOf, schedule } from './policy-fixture';

type Json = Readonly<Record<string, unknown>>;
const share = (...ShareRules: readonly Json[]) => policyJson({ Schedules: [schedule({}, { ShareRules })] });
const fast = (FastRestoreRule: Json) => policyJson({ Schedules: [schedule({}, { FastRestoreRule })] });
const accounts = (count: number) => Array.from({ length: count }, (_, index) => String(index).padStart(12, '0'));
const zones = (count: number) =>
  'abcdefghijk'
    .slice(0, count)
    .split('')
    .map((letter) => `eu-west-1${letter}`);

const SHARE = 'Schedules[0].ShareRules[0]';
const FAST = 'Schedules[0].FastRestoreRule';
const A = ['eu-west-1a'];

describe('rules for sharing and for fast restore are taken', () => {
  it.each<[string, unknown]>([
    ['no share rule', share()],
    ['one account, for ever', share({ TargetAccounts: accounts(1) })],
    ['50 accounts for 100 years', share({ TargetAccounts: accounts(50), UnshareInterval: 1200, UnshareIntervalUnit: 'MONTHS' })],
    ['a count of 1000 in 10 zones', fast({ Count: 1000, AvailabilityZones: zones(10) })],
    ['an age, in a zone by its id', fast({ Interval: 36500, IntervalUnit: 'DAYS', AvailabilityZoneIds: ['use1-az1'] })],
    ['a zone of a Local Zone’s or GovCloud’s form', fast({ Count: 1, AvailabilityZones: ['us-gov-west-1a'] })],
  ])('%s', (_, input) => {
    expect(problemsOf(input)).toEqual([]);
  });
});

describe('a limit of theirs is told with field, found and allowed', () => {
  it.each<[unknown, string]>([
    [
      share({ TargetAccounts: accounts(1) }, { TargetAccounts: accounts(1) }),
      'Schedules[0].ShareRules: found [{"TargetAccounts":["000000000000"]},{"TargetAccounts":["000000000000"]}], allowed: a list of at most 1 share rule',
    ],
    [share({}), `${SHARE}.TargetAccounts: missing, allowed: a list of 1 to 50 account ids`],
    [share({ TargetAccounts: [] }), `${SHARE}.TargetAccounts: found [], allowed: a list of 1 to 50 account ids`],
    [
      share({ TargetAccounts: ['12345678901'] }),
      `${SHARE}.TargetAccounts[0]: found "12345678901", allowed: the 12 digits of an account id`,
    ],
    [share({ TargetAccounts: ['all'] }), `${SHARE}.TargetAccounts[0]: found "all", allowed: the 12 digits of an account id`],
    [
      share({ TargetAccounts: ['111122223333', '111122223333'] }),
      `${SHARE}.TargetAccounts: found ["111122223333","111122223333"], allowed: each account once`,
    ],
    [
      share({ TargetAccounts: accounts(1), UnshareInterval: 1 }),
      `${SHARE}.UnshareIntervalUnit: missing, allowed: UnshareInterval and UnshareIntervalUnit together`,
    ],
    [
      share({ TargetAccounts: accounts(1), UnshareInterval: 0, UnshareIntervalUnit: 'DAYS' }),
      `${SHARE}.UnshareInterval: found 0, allowed: a positive integer`,
    ],
    [
      share({ TargetAccounts: accounts(1), UnshareInterval: 101, UnshareIntervalUnit: 'YEARS' }),
      `${SHARE}.UnshareInterval: found 101, allowed: at most 100 years: 36500 DAYS, 5200 WEEKS, 1200 MONTHS, 100 YEARS`,
    ],
    [
      share({ TargetAccounts: accounts(1), Accounts: [] }),
      `${SHARE}.Accounts: unknown key; known here: TargetAccounts, UnshareInterval, UnshareIntervalUnit`,
    ],
    [fast({ Count: 0, AvailabilityZones: A }), `${FAST}.Count: found 0, allowed: an integer from 1 to 1000`],
    [fast({ AvailabilityZones: A }), `${FAST}.Count: missing, allowed: either Count or Interval with IntervalUnit`],
    [
      fast({ Count: 1, Interval: 1, IntervalUnit: 'DAYS', AvailabilityZones: A }),
      `${FAST}.Count: found 1, allowed: either Count or Interval with IntervalUnit`,
    ],
    [fast({ Interval: 1, AvailabilityZones: A }), `${FAST}.IntervalUnit: missing, allowed: Interval and IntervalUnit together`],
    [
      fast({ Interval: 5201, IntervalUnit: 'WEEKS', AvailabilityZones: A }),
      `${FAST}.Interval: found 5201, allowed: at most 100 years: 36500 DAYS, 5200 WEEKS, 1200 MONTHS, 100 YEARS`,
    ],
    [fast({ Count: 1 }), `${FAST}.AvailabilityZones: missing, allowed: either AvailabilityZones or AvailabilityZoneIds`],
    [fast({ Count: 1, AvailabilityZones: [] }), `${FAST}.AvailabilityZones: found [], allowed: a list of 1 to 10 zones`],
    [
      fast({ Count: 1, AvailabilityZones: ['eu-west-1'] }),
      `${FAST}.AvailabilityZones[0]: found "eu-west-1", allowed: the name of a zone, such as eu-west-1a`,
    ],
    [
      fast({ Count: 1, AvailabilityZones: ['eu-west-1a', 'eu-west-1a'] }),
      `${FAST}.AvailabilityZones: found ["eu-west-1a","eu-west-1a"], allowed: each zone once`,
    ],
    [
      fast({ Count: 1, AvailabilityZoneIds: ['eu-west-1a'] }),
      `${FAST}.AvailabilityZoneIds[0]: found "eu-west-1a", allowed: the id of a zone, such as euw1-az1`,
    ],
  ])('%#', (input, problem) => {
    expect(problemsOf(input)).toEqual([problem]);
  });

  it('for 51 accounts and 11 zones', () => {
    expect(problemsOf(share({ TargetAccounts: accounts(51) }))).toEqual([
      expect.stringContaining('allowed: a list of 1 to 50 account ids'),
    ]);
    expect(problemsOf(fast({ Count: 1, AvailabilityZones: zones(11) }))).toEqual([
      expect.stringContaining('allowed: a list of 1 to 10 zones'),
    ]);
  });
});
