import { distinctTags, type Instance, targetsOf } from '../../lambda/core/plan-targets';
import { policy } from './policy-fixture';

const instance = (id: string, tags: Readonly<Record<string, string>>, state = 'running'): Instance => ({
  id,
  state,
  tags: new Map(Object.entries(tags)),
});

const idsOf = (TargetTags: readonly { Key: string; Value: string }[], instances: readonly Instance[]) =>
  targetsOf(policy({ TargetTags }), instances).map(({ id }) => id);

const NIGHTLY = { Key: 'Backup', Value: 'nightly' };

it.each<[string, Readonly<Record<string, string>>, boolean]>([
  ['the tag', { Backup: 'nightly' }, true],
  ['the tag among others', { Name: 'x', Backup: 'nightly' }, true],
  ['no tag', {}, false],
  ['another value', { Backup: 'weekly' }, false],
  ['the value in other letters', { Backup: 'Nightly' }, false],
  ['the key in other letters', { backup: 'nightly' }, false],
  ['a value that begins so', { Backup: 'nightly-2' }, false],
  ['the value under another key', { Save: 'nightly' }, false],
])('an instance with %s', (_, tags, expected) => {
  expect(idsOf([NIGHTLY], [instance('i-1', tags)])).toEqual(expected ? ['i-1'] : []);
});

it('wildcards in a value are letters', () => {
  const star = { Key: 'Backup', Value: 'a*' };
  expect(idsOf([star], [instance('i-1', { Backup: 'ab' }), instance('i-2', { Backup: 'a*' })])).toEqual(['i-2']);
});

it.each([
  ['pending', true],
  ['running', true],
  ['stopping', true],
  ['stopped', true],
  ['shutting-down', false],
  ['terminated', false],
])('an instance that is %s: %s', (state, expected) => {
  expect(idsOf([NIGHTLY], [instance('i-1', { Backup: 'nightly' }, state)])).toEqual(expected ? ['i-1'] : []);
});

it('tags are OR-ed, and an instance that carries several is one target', () => {
  const both = instance('i-2', { Backup: 'nightly', Tier: 'gold' });
  const found = [both, instance('i-3', { Tier: 'gold' }), instance('i-1', { Backup: 'nightly' }), both];
  expect(idsOf([NIGHTLY, { Key: 'Tier', Value: 'gold' }], found)).toEqual(['i-1', 'i-2', 'i-3']);
});

it('a tag that stands twice in the policy is asked for once', () => {
  const other = { Key: 'Backup', Value: 'weekly' };
  expect(distinctTags(policy({ TargetTags: [NIGHTLY, other, { ...NIGHTLY }] }))).toEqual([NIGHTLY, other]);
});
