import { targetInput } from '../../sandbox/aws/events/input';
import { matchesPattern } from '../../sandbox/aws/events/pattern';
import type { Rule, RuleTarget } from '../../sandbox/aws/events/rule';

const EVENT = { time: '2026-11-21T03:00:04Z', resources: ['first', 'second'], detail: { count: 3, text: 'say "hi"', list: [{ a: 1 }] } };
const RULE: Rule = { name: 'stillpoint-x', arn: 'arn:rule', enabled: true, schedule: undefined, pattern: undefined, targets: [] };
const TARGET: RuleTarget = {
  arn: 'arn:target',
  input: undefined,
  inputPath: undefined,
  transformer: undefined,
  deadLetterArn: undefined,
  messageGroupId: undefined,
};

const transformed = (InputPathsMap: Record<string, string>, InputTemplate: string): unknown =>
  targetInput(RULE, { ...TARGET, transformer: { InputPathsMap, InputTemplate } }, EVENT);

describe('an input transformer', () => {
  it.each<[string, Record<string, string>, string, unknown]>([
    ['quotes a text that stands alone', { t: '$.time' }, '{"time":<t>}', { time: EVENT.time }],
    ['inserts bare text within a text', { t: '$.time' }, '{"at":"due <t>"}', { at: `due ${EVENT.time}` }],
    ['escapes quotes within a text', { t: '$.detail.text' }, '{"at":"<t>!"}', { at: 'say "hi"!' }],
    ['keeps numbers and objects', { n: '$.detail.count', l: '$.detail.list' }, '{"n":<n>,"l":<l>}', { n: 3, l: [{ a: 1 }] }],
    ['reads an index', { r: '$.resources[1]' }, '{"r":<r>}', { r: 'second' }],
    ['leaves an empty text for what is not there', { x: '$.detail.none' }, '{"x":<x>}', { x: '' }],
    ['knows the rule', {}, '{"rule":<aws.events.rule-arn>,"name":"<aws.events.rule-name>"}', { rule: 'arn:rule', name: 'stillpoint-x' }],
  ])('%s', (_what, paths, template, expected) => {
    expect(transformed(paths, template)).toEqual(expected);
  });

  it('fails when its text is not JSON', () => {
    expect(() => transformed({}, 'plain')).toThrow(/not JSON/);
  });
});

it('without a transformer a target gets the event, a part of it, or a constant', () => {
  expect(targetInput(RULE, TARGET, EVENT)).toBe(EVENT);
  expect(targetInput(RULE, { ...TARGET, inputPath: '$.detail.count' }, EVENT)).toBe(3);
  expect(targetInput(RULE, { ...TARGET, input: '{"constant":true}' }, EVENT)).toEqual({ constant: true });
});

describe('an event pattern', () => {
  it.each<[unknown, boolean]>([
    [{ detail: { count: [3, 4] } }, true],
    [{ detail: { count: [4] } }, false],
    [{ detail: { text: [{ prefix: 'say' }] }, time: [{ suffix: 'Z' }] }, true],
    [{ resources: ['second'] }, true],
    [{ detail: { none: [{ exists: false }] } }, true],
    [{ detail: { count: [{ exists: false }] } }, false],
    [{ detail: { count: [{ 'anything-but': [3] }] } }, false],
  ])('%j fits: %s', (pattern, fits) => {
    expect(matchesPattern(pattern, EVENT)).toBe(fits);
  });

  it('of an unknown form is refused, never ignored', () => {
    expect(() => matchesPattern({ detail: { count: [{ numeric: ['>', 1] }] } }, EVENT)).toThrow(/does not know/);
  });
});
