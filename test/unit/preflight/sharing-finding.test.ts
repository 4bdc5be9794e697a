import { targetReport } from '../../../lambda/core/preflight/target-report';
import { goodFacts } from './facts';
import { samplePolicy } from './policy';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/one';
const OTHER = '222222222222';

/** What a preflight says of sharing, of an instance whose data volume is under {@link KEY}. */
const sharing = (volumeKeys: readonly string[], ...TargetAccounts: readonly string[]) => {
  const plain = samplePolicy();
  const ShareRules = TargetAccounts.length === 0 ? [] : [{ TargetAccounts: [...TargetAccounts] }];
  const policy = { ...plain, Schedules: plain.Schedules.map((schedule) => ({ ...schedule, ShareRules })) };
  const { instance } = goodFacts();
  const volumes = (instance?.volumes ?? []).map((volume) => (volume.root ? volume : { ...volume, keyId: KEY }));
  const { findings } = targetReport(goodFacts({ policy, volumeKeys, instance: instance && { ...instance, volumes } }));
  return findings.flatMap(({ check, result, found }) => (check === 'sharing' ? [`${result}: ${found}`] : []));
};

test('a volume under a key that volumeKeys does not name is told, since its snapshots are not shared', () => {
  expect(sharing([], OTHER)).toEqual([`warning: not shared with 1 account, since volumeKeys does not name their keys: vol-1 (${KEY})`]);
});

test('a set is shared when its keys are named, or nothing of it is encrypted', () => {
  expect(sharing([KEY], OTHER, '333333333333')).toEqual(['ok: with 2 accounts']);
});

test('a policy without ShareRules has nothing to say', () => {
  expect(sharing([])).toEqual([]);
});
