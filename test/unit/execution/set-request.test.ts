import { type AttachedVolume, selectVolumes } from '../../../lambda/core/execution/set-request';
import type { SetPlan } from '../../../lambda/core/execution-message';
import { WHOLE_SET } from '../../../lambda/core/plan-set';

const volume = (volumeId: string, tags: Readonly<Record<string, string>> = {}, root = false): AttachedVolume => ({
  volumeId,
  root,
  tags: new Map(Object.entries(tags)),
});
const SCRATCH = { Key: 'scratch', Value: 'yes' };
const select = (plan: Partial<SetPlan>, ...volumes: readonly AttachedVolume[]) => {
  const selection = selectVolumes({ ...WHOLE_SET, ...plan }, volumes);
  return selection.ok ? { ...selection.request, volumes: selection.volumes.map(({ volumeId }) => volumeId) } : selection.problem;
};
const root = volume('vol-root', { scratch: 'yes' }, true);
const data = volume('vol-data');
const scratch = volume('vol-scratch', { scratch: 'yes' });

it('everything is in the set where nothing is excluded', () => {
  expect(select({}, root, data)).toEqual({
    excludeBootVolume: false,
    excludeDataVolumeIds: [],
    copiedTags: undefined,
    volumes: ['vol-root', 'vol-data'],
  });
});

it('data volumes with any of the tags are left out, to the letter, and the root never by a tag', () => {
  const excludeDataVolumeTags = [{ Key: 'other', Value: '' }, SCRATCH];
  const others = [volume('vol-case', { Scratch: 'yes' }), volume('vol-value', { scratch: 'Yes' }), volume('vol-other', { other: '' })];
  expect(select({ excludeDataVolumeTags }, root, data, scratch, ...others)).toMatchObject({
    excludeBootVolume: false,
    excludeDataVolumeIds: ['vol-scratch', 'vol-other'],
    volumes: ['vol-root', 'vol-data', 'vol-case', 'vol-value'],
  });
});

it('the root is left out by its flag, and never named', () => {
  expect(select({ excludeBootVolume: true, excludeDataVolumeTags: [SCRATCH] }, root, data, scratch)).toMatchObject({
    excludeBootVolume: true,
    excludeDataVolumeIds: ['vol-scratch'],
    volumes: ['vol-data'],
  });
});

it('only the volumes of the set matter to copying their tags', () => {
  const plan = { copyTags: true, excludeDataVolumeTags: [SCRATCH] };
  expect(select(plan, volume('vol-1', { Name: 'a' }), volume('vol-2', { scratch: 'yes', 'stillpoint:x': '' }))).toMatchObject({
    copiedTags: 1,
  });
});

it.each<[string, Partial<SetPlan>, readonly AttachedVolume[], string]>([
  ['the root alone', { excludeBootVolume: true }, [root], 'all attached volumes are excluded: vol-root'],
  [
    'all of them',
    { excludeBootVolume: true, excludeDataVolumeTags: [SCRATCH] },
    [root, scratch],
    'all attached volumes are excluded: vol-root, vol-scratch',
  ],
  [
    'more than EC2 can be told to leave out',
    { excludeDataVolumeTags: [SCRATCH] },
    [data, ...Array.from({ length: 41 }, (_, index) => volume(`vol-${index}`, { scratch: 'yes' }))],
    '41 data volumes are excluded by their tags, and EC2 takes 40',
  ],
])('no set can be made without %s', (_, plan, volumes, problem) => {
  expect(select(plan, ...volumes)).toBe(problem);
});

it('40 can be left out, and no volumes at all are another matter', () => {
  const many = Array.from({ length: 40 }, (_, index) => volume(`vol-${index}`, { scratch: 'yes' }));
  expect(select({ excludeDataVolumeTags: [SCRATCH] }, data, ...many)).toMatchObject({ volumes: ['vol-data'] });
  expect(select({ excludeBootVolume: true })).toMatchObject({ volumes: [] });
});
