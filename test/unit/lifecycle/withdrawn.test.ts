import { LATE_FAILURE } from '../../../lambda/core/lifecycle/completion';
import { judge } from '../../../lambda/core/lifecycle/retention/judge';
import type { Member } from '../../../lambda/core/lifecycle/snapshot-set';
import { TAG } from '../../../lambda/core/snapshot-tags';
import { policy } from '../policy-fixture';
import { AT, member, setOf } from './sets';

const FAILED = { consistency: 'none', reason: LATE_FAILURE, state: 'error' };
const madeOf = (members: number) => new Map([[TAG.members, String(members)]]);
const failed = (more: Partial<Member> = {}): Member => member({ ...FAILED, tags: madeOf(2), ...more });

const judged = (of: readonly Member[], over: Parameters<typeof policy>[0] = {}) => {
  const [first] = judge({ policyId: 'nightly', policy: policy(over), standing: 'target', sets: [setOf(...of)], now: AT });
  return [first?.verdict, first?.orphan];
};

test.each<[string, readonly Member[], ReturnType<typeof judged>]>([
  ['is deleted whole', [failed(), failed({ volumeId: 'vol-2' })], ['delete', undefined]],
  [
    'is deleted whole, where EC2 completed the other member',
    [failed(), failed({ volumeId: 'vol-2', state: 'completed' })],
    ['delete', undefined],
  ],
  ['is told, where somebody deleted a member', [failed()], ['keep', 'incomplete']],
  ['is told, where somebody copied a member', [failed(), failed({ volumeId: 'vol-ffffffff' })], ['keep', 'incomplete']],
  [
    'stays, where EC2 tells of no error',
    [failed({ state: 'completed' }), failed({ state: 'completed', volumeId: 'vol-2' })],
    ['keep', undefined],
  ],
])('a withdrawn set %s', (_what, members, verdict) => {
  expect(judged(members)).toEqual(verdict);
});

test('of a disabled policy nothing is deleted, nor what ended in error', () => {
  expect(judged([failed(), failed({ volumeId: 'vol-2' })], { State: 'DISABLED' })).toEqual(['keep', undefined]);
});
