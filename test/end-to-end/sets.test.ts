import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PREFLIGHT_FUNCTION, preflightAnswerSchema } from '../../lambda/core/preflight/request';
import { ROOM_FOR_TAGS } from '../../lambda/core/snapshot-tags';
import type { VolumeSpec } from '../../sandbox/instance/ports';
import { madeUpId } from '../../sandbox/scenario/fleet';
import { REGION } from '../support/sandbox';
import { volumeOf } from './harness/cases';
import { endToEnd } from './harness/end-to-end';
import type { Instance } from './harness/instance';

const SCRATCH = { Key: 'scratch', Value: 'yes' };
const tag = (Key: string, Value: string) => ({ Key, Value });

const data = (name: string, tags: Readonly<Record<string, string>> = {}): VolumeSpec => ({ ...volumeOf(name), tags });
const other = (name: string, index: number, more: Partial<VolumeSpec> = {}): VolumeSpec => ({
  ...{ id: madeUpId('vol', `${name}/${index}`), deviceName: `/dev/xvdb${String.fromCharCode(97 + index)}`, sizeMiB: 16 },
  ...{ volumeType: 'gp3', filesystem: 'none' },
  ...more,
});
const scratch = (name: string, index: number, more: Partial<VolumeSpec> = {}): VolumeSpec =>
  other(name, index, { tags: { scratch: 'yes' }, ...more });
const root = (name: string): VolumeSpec => other(name, 9, { deviceName: '/dev/xvda', tags: { scratch: 'yes', Name: 'root' } });

const many = Object.fromEntries(Array.from({ length: ROOM_FOR_TAGS + 1 }, (_, index) => [`k${String(index).padStart(2, '0')}`, 'x']));

const cases = {
  tagged: {
    volumes: [data('tagged', { Name: 'orders data' }), other('tagged', 1, { tags: { Name: 'orders log', Tier: 'log' } })],
    schedule: {
      CopyTags: true,
      TagsToAdd: [tag('Team', 'db')],
      VariableTags: [tag('At', '$(timestamp)')],
      RetainRule: { Interval: 1, IntervalUnit: 'WEEKS' },
    },
    coinciding: {
      Monthly: {
        TagsToAdd: [tag('Team', 'other'), tag('Keep', 'long')],
        VariableTags: [tag('From', '$(instance-id)')],
        RetainRule: { Interval: 2, IntervalUnit: 'MONTHS' },
      },
    },
  },
  'copied-later': {
    volumes: [
      data('copied-later', { Team: 'the volume’s', Name: 'data', 'stillpoint:orphan': 'restored' }),
      other('copied-later', 1, { tags: many }),
    ],
    schedule: { CopyTags: true, TagsToAdd: [tag('Team', 'db')] },
  },
  'without-root': {
    volumes: [root('without-root'), data('without-root', { scratch: 'no' }), scratch('without-root', 2)],
    parameters: { ExcludeBootVolume: true, ExcludeDataVolumeTags: [SCRATCH] },
  },
  'with-root': {
    volumes: [root('with-root'), data('with-root'), scratch('with-root', 2)],
    parameters: { ExcludeDataVolumeTags: [tag('other', ''), SCRATCH] },
  },
  'on-excluded': {
    volumes: [data('on-excluded'), { ...volumeOf('on-excluded', 'ext4', '/more', 1), tags: { scratch: 'yes' } }],
    parameters: { ExcludeDataVolumeTags: [SCRATCH] },
  },
  'left-alone': {
    script: { ExecutionHandler: 'without-more' },
    volumes: [data('left-alone'), { ...volumeOf('left-alone', 'ext4', '/more', 1), tags: { scratch: 'yes' } }],
    parameters: { ExcludeDataVolumeTags: [SCRATCH] },
  },
  'all-excluded': {
    volumes: [root('all-excluded'), scratch('all-excluded', 1)],
    parameters: { ExcludeBootVolume: true, ExcludeDataVolumeTags: [SCRATCH] },
  },
  'too-many': {
    volumes: [
      data('too-many'),
      ...Array.from({ length: 41 }, (_, index) =>
        other('too-many', index + 1, { deviceName: `/dev/xvd${index}`, tags: { scratch: 'yes' } }),
      ),
    ],
    parameters: { ExcludeDataVolumeTags: [SCRATCH] },
  },
  fallback: {
    script: { ExecutionHandler: 'orders' },
    volumes: [data('fallback', { Name: 'data' }), scratch('fallback', 1)],
    schedule: { CopyTags: true, TagsToAdd: [tag('Team', 'db')], RetainRule: { Interval: 3, IntervalUnit: 'DAYS' } },
    parameters: { ExcludeDataVolumeTags: [SCRATCH] },
  },
  stopped: {
    state: 'stopped',
    volumes: [data('stopped', { Team: 'the volume’s' }), scratch('stopped', 1)],
    schedule: { CopyTags: true, TagsToAdd: [tag('Team', 'db')] },
    parameters: { ExcludeDataVolumeTags: [SCRATCH] },
  },
} as const;

/** Whose the tags are, without ours. */
const usersTags = (tags: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('stillpoint:')));

const bySource = async (instance: Instance): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> =>
  new Map((await instance.closedSnapshots()).map(({ volumeId, tags }) => [volumeId, tags]));

const volumeId = (name: string, index = 0): string => madeUpId('vol', `${name}/${index}`);

const sent = (instance: Instance): readonly string[] =>
  [...instance.calls('SendCommand'), ...instance.calls('CreateSnapshots')].map(({ action }) => action);

/** The worker's calls that tag its snapshots once they are there. */
const tagCalls = async (instance: Instance): Promise<number> => {
  const ids = (await instance.snapshots()).map(({ id }) => id);
  const { requests } = instance.sandbox;
  return requests.filter(
    ({ role, action, resources }) => role.includes('Worker') && action === 'CreateTags' && resources.some((id) => ids.includes(id)),
  ).length;
};

/** What a preflight says of the instance: what it found amiss. */
const preflight = async ({ sandbox, id, name }: Instance): Promise<readonly string[]> => {
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const lambda = new LambdaClient({ endpoint: sandbox.endpoint, region: REGION, credentials });
  const Payload = JSON.stringify({ policyId: name, instanceId: id });
  const answer = await lambda.send(new InvokeCommand({ FunctionName: PREFLIGHT_FUNCTION, Payload }));
  const parsed = preflightAnswerSchema.parse(JSON.parse(new TextDecoder().decode(answer.Payload)));
  const findings = parsed.kind === 'reports' ? parsed.reports.flatMap((report) => report.findings) : [];
  return findings.flatMap(({ check, result, found }) => (result === 'ok' ? [] : [`${check} ${result}: ${found}`]));
};

endToEnd('the volumes and tags of sets', cases, ({ path }) => {
  path('tagged', 'carry the tags of all schedules of the run and of their volumes, from their creation', async (tagged) => {
    const closed = await tagged.execution();
    expect(closed).toMatchObject({ consistency: 'application', schedules: ['Hourly', 'Monthly'] });
    expect(closed).not.toHaveProperty('tags_left_out');
    const tags = await bySource(tagged);
    const due = `${closed.due_time.slice(0, 19)}Z`;
    const ofPolicy = { Team: 'db', Keep: 'long', At: due, From: tagged.id };
    expect(usersTags(tags.get(volumeId('tagged')) ?? {})).toEqual({ ...ofPolicy, Name: 'orders data' });
    expect(usersTags(tags.get(volumeId('tagged', 1)) ?? {})).toEqual({ ...ofPolicy, Name: 'orders log', Tier: 'log' });
    expect(await tagCalls(tagged)).toBe(1); // the closing tags
    const [own] = [...tags.values()];
    expect(own).toMatchObject({ 'stillpoint:schedule-name': 'Hourly, Monthly', 'stillpoint:pre-script': 'SUCCESS' });
    const expires = new Date(own?.['stillpoint:expiration-time'] ?? 0);
    const twoMonths = new Date(closed.start_time);
    expect((expires.getUTCFullYear() - twoMonths.getUTCFullYear()) * 12 + expires.getUTCMonth() - twoMonths.getUTCMonth()).toBe(2);
  });

  path(
    'copied-later',
    'get their volumes’ tags after the thaw where EC2 can’t copy them: the policy wins, and what has no room is told',
    async (instance) => {
      const before = await preflight(instance);
      expect(before).toEqual([expect.stringMatching(/^tags warning: no room to copy k\d\d, k\d\d of vol-/)]);
      const closed = await instance.execution();
      const room = ROOM_FOR_TAGS - 1;
      expect(closed).toMatchObject({ consistency: 'application', tags_left_out: Object.keys(many).slice(room) });
      const tags = await bySource(instance);
      expect(await tagCalls(instance)).toBe(3);
      expect(usersTags(tags.get(volumeId('copied-later')) ?? {})).toEqual({ Team: 'db', Name: 'data' });
      expect(tags.get(volumeId('copied-later'))).not.toHaveProperty(['stillpoint:orphan']);
      const full = tags.get(volumeId('copied-later', 1)) ?? {};
      expect(Object.keys(usersTags(full)).sort()).toEqual(['Team', ...Object.keys(many).slice(0, room)].sort());
      expect(full).toMatchObject({ 'stillpoint:consistency': 'application', 'stillpoint:thawed-by': 'post' });
    },
  );

  path('without-root', 'leave out the root by its flag and data volumes by their tags', async (instance) => {
    expect(await preflight(instance)).toEqual([]);
    expect(await instance.execution()).toMatchObject({ consistency: 'application', result: 'success' });
    expect([...(await bySource(instance)).keys()]).toEqual([volumeId('without-root')]);
  });

  path('with-root', 'have the root though it carries an excluded tag', async (instance) => {
    await instance.execution();
    expect([...(await bySource(instance)).keys()].sort()).toEqual([volumeId('with-root', 9), volumeId('with-root')].sort());
  });

  path('on-excluded', 'prove nothing of an application with files on an excluded volume, and preflight says so', async (instance) => {
    expect(await preflight(instance)).toEqual([
      `freezes failed: /more lies on ${volumeId('on-excluded', 1)}, which the policy excludes: such sets are crash-consistent`,
    ]);
    expect(await instance.execution()).toMatchObject({
      result: 'failed',
      consistency: 'crash',
      reason: 'volume-not-in-set',
      thawed_by: 'post',
    });
    expect([...(await bySource(instance)).keys()]).toEqual([volumeId('on-excluded')]);
  });

  path('left-alone', 'prove an application whose document leaves the excluded volume alone', async (instance) => {
    expect(await instance.execution()).toMatchObject({ result: 'success', consistency: 'application' });
    expect([...(await bySource(instance)).keys()]).toEqual([volumeId('left-alone')]);
  });

  path('all-excluded', 'are none where everything is excluded: nothing is frozen, and that is told', async (instance) => {
    const closed = await instance.execution();
    expect(closed).toMatchObject({ result: 'failed', consistency: 'none', reason: 'volumes-excluded', cause: '' });
    expect(closed.detail).toContain(volumeId('all-excluded', 9));
    expect(sent(instance)).toEqual([]);
    expect(instance.told()).toEqual(['CLOSED none volumes-excluded']);
    await instance.sandbox.idle(); // metrics are written after the closing event
    const failed = instance.sandbox.functionLines().filter(({ line }) => JSON.stringify(line).includes('"SnapshotsCreateFailed":1'));
    expect(failed.filter(({ line }) => JSON.stringify(line).includes('"DLMPolicyId":"all-excluded"'))).toHaveLength(1);
    expect(await preflight(instance)).toContainEqual(expect.stringMatching(/^volumes failed: all attached volumes are excluded: /));
  });

  path('too-many', 'are none where EC2 could not be told all exclusions', async (instance) => {
    const closed = await instance.execution();
    expect(closed).toMatchObject({ consistency: 'none', reason: 'volumes-excluded' });
    expect(closed.detail).toBe('41 data volumes are excluded by their tags, and EC2 takes 40');
    expect(sent(instance)).toEqual([]);
  });

  path('fallback', 'have the same volumes and tags as a fallback', async (fallback) => {
    await fallback.order('pre', 201);
    expect(await fallback.execution()).toMatchObject({ consistency: 'crash', reason: 'pre-failed' });
    const tags = await bySource(fallback);
    expect([...tags.keys()]).toEqual([volumeId('fallback')]);
    const [own = {}] = [...tags.values()];
    expect(usersTags(own)).toEqual({ Team: 'db', Name: 'data' });
    expect(own).toMatchObject({ 'stillpoint:pre-script': 'FAILED', 'stillpoint:expiration-time': expect.stringMatching(/Z$/) });
  });

  path('stopped', 'have them of a stopped instance, too', async (stopped) => {
    expect(await stopped.execution()).toMatchObject({ consistency: 'stopped' });
    const tags = await bySource(stopped);
    expect([...tags].map(([id, own]) => [id, usersTags(own)])).toEqual([[volumeId('stopped'), { Team: 'db' }]]);
  });
});
