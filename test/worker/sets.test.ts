import { EXECUTION_DETAIL_TYPE, executionDetailSchema } from '../../lambda/core/event/execution-event';
import type { ObservedVolume } from '../../lambda/core/execution/admission';
import type { SetMember } from '../../lambda/core/execution/facts';
import type { ExecutionMessage, SetPlan } from '../../lambda/core/execution-message';
import { WHOLE_SET } from '../../lambda/core/plan-set';
import type { Tags } from '../../lambda/core/snapshot-tags';
import { executionOf } from '../../lambda/worker/execution';
import type { CreateRequest, Ports } from '../../lambda/worker/ports';
import { runExecution } from '../../lambda/worker/run-execution';
import { plan } from '../unit/execution/fixtures';
import { DUE, FakeAws, type Script } from './fake-aws';

const message: ExecutionMessage = {
  ...{ version: 1, policyId: 'nightly', due: new Date(DUE).toISOString(), schedules: ['daily'], instanceId: 'i-1' },
  ...{ instanceState: 'running', agent: 'online', messageGroupId: 'i-1', attempt: 1, thawOnly: false },
  script: plan({ maximumRetryCount: 0 }),
};

const volume = (volumeId: string, tags: Tags = {}, over: Partial<ObservedVolume> = {}): ObservedVolume => ({
  ...{ volumeId, root: false, tags: new Map(Object.entries(tags)), volumeType: 'gp3', lastSnapshotAt: undefined, pendingSnapshots: 0 },
  ...over,
});
const SCRATCH = [{ Key: 'scratch', Value: 'yes' }];
const COPYING: Partial<SetPlan> = { copyTags: true, tags: [{ Key: 'Team', Value: 'db' }] };

interface Ran {
  readonly closed: ReturnType<typeof executionDetailSchema.parse>;
  readonly created: readonly CreateRequest[];
  /** Calls of CreateTags that EC2 took. */
  readonly tagged: readonly Tags[];
  readonly looks: number;
}

/** Runs an execution on an instance with these volumes, one list a look; the last one stays. */
const run = async (
  set: Partial<SetPlan> | undefined,
  looks: readonly (readonly ObservedVolume[])[],
  over: {
    readonly script?: Partial<Script>;
    readonly takes?: (tags: Tags) => boolean;
    readonly offline?: boolean;
    readonly blind?: boolean;
    /** What CreateSnapshots answers. */
    readonly members?: readonly SetMember[];
  } = {},
): Promise<Ran> => {
  const aws = new FakeAws({ kills: [], lostCreates: [], lostSends: [], pres: [], posts: [], autoThawMs: 60_000, ...over.script });
  const ports = aws.ports();
  const created: CreateRequest[] = [];
  const tagged: Tags[] = [];
  let looked = 0;
  const volumesNow = () => looks[Math.min(looked, looks.length) - 1] ?? [];
  const changed: Ports = {
    ...ports,
    instances: {
      observe: async (id) => {
        looked++;
        return { ...(await ports.instances.observe(id)), volumes: volumesNow() };
      },
      agent: over.offline ? async () => ({ ping: 'offline', platform: 'Linux' }) : ports.instances.agent,
    },
    sets: {
      ...ports.sets,
      create: async (request) => {
        created.push(request);
        const answer = await ports.sets.create(request);
        return answer.kind === 'created' && over.members !== undefined ? { ...answer, members: over.members } : answer;
      },
      tag: async (members, tags) => {
        if (over.takes?.(tags) === false) {
          await ports.clock.sleep(REFUSAL_MS);
          throw new Error('UnauthorizedOperation');
        }
        tagged.push(tags);
        await ports.sets.tag(members, tags);
      },
      volumes: async (ids) => {
        if (over.blind) throw new Error('RequestLimitExceeded');
        return (looks[0] ?? []).filter(({ volumeId }) => ids.includes(volumeId));
      },
    },
  };
  const whole = set === undefined ? {} : { set: { ...WHOLE_SET, ...set } };
  await runExecution(
    changed,
    executionOf({ ...message, ...whole }, 'arn:aws:stillpoint:eu-west-1:111122223333:policy/', new Date(aws.time)),
  );
  const event = aws.events.find(({ detailType }) => detailType === EXECUTION_DETAIL_TYPE);
  return { closed: executionDetailSchema.parse(event?.detail), created, tagged, looks: looked };
};

/** CreateTags is tried again for so long before it counts as refused: a new snapshot is visible only after a moment. */
const REFUSAL_MS = 30_000;
const isCopy = (tags: Tags): boolean => 'Name' in tags;
const PLAIN = [volume('vol-1', { Name: 'one' }), volume('vol-2', { Name: 'two' })];
const COLLIDING = [volume('vol-1', { Name: 'one', Team: 'x' }), volume('vol-2', { Name: 'two' })];

test('a message of an earlier release asks for everything, and for no tags but ours', async () => {
  const { created, closed } = await run(undefined, [PLAIN]);
  expect(closed.consistency).toBe('application');
  expect(created).toMatchObject([{ excludeBootVolume: false, excludeDataVolumeIds: [], copiedTags: undefined }]);
  expect(Object.keys(created[0]?.tags ?? {}).filter((key) => !key.startsWith('stillpoint:') || key.endsWith('expiration-time'))).toEqual(
    [],
  );
});

test('only the volumes of the set are waited for', async () => {
  const busy = volume('vol-9', { scratch: 'yes' }, { pendingSnapshots: 5, lastSnapshotAt: new Date(DUE + 4_999) });
  const { created, looks } = await run({ excludeDataVolumeTags: SCRATCH }, [[...PLAIN, busy]]);
  expect(created).toMatchObject([{ excludeDataVolumeIds: ['vol-9'] }]);
  expect(looks).toBe(1);
});

test('a policy without exclusions and copied tags looks at the volumes once for an attempt, and no more for its fallback', async () => {
  expect((await run({}, [PLAIN], { offline: true })).looks).toBe(1);
});

describe('with CopyTags', () => {
  test('EC2 copies the tags itself where it can', async () => {
    const { created, tagged } = await run(COPYING, [PLAIN]);
    expect(created).toMatchObject([{ copiedTags: 1, tags: { Team: 'db' } }]);
    expect(tagged.filter(isCopy)).toEqual([]);
  });

  test('what EC2 can’t copy is written before the verdict closes the set', async () => {
    const { created, tagged } = await run(COPYING, [COLLIDING]);
    expect(created).toMatchObject([{ copiedTags: undefined }]);
    expect(tagged.map((tags) => tags['Name'] ?? tags['stillpoint:consistency'])).toEqual(['one', 'two', 'application']);
  });

  test('a set that was found afterwards gets its tags, since nobody knows how it was asked for', async () => {
    const { tagged, closed } = await run(COPYING, [PLAIN], { script: { lostCreates: [0] } });
    expect(closed).toMatchObject({ consistency: 'crash', reason: 'create-unclear' });
    expect(tagged.filter(isCopy)).toEqual([{ Name: 'one' }, { Name: 'two' }]);
  });

  test('snapshots with the same tags are tagged in one call', async () => {
    const alike = [volume('vol-1', { Name: 'same', Team: 'x' }), volume('vol-2', { Name: 'same' })];
    expect((await run(COPYING, [alike])).tagged.filter(isCopy)).toEqual([{ Name: 'same' }]);
  });

  test.each<[string, Parameters<typeof run>[2]]>([
    ['EC2 does not take', { takes: (tags) => !isCopy(tags) }],
    ['can’t be read', { blind: true }],
  ])('tags that %s keep no execution from being closed', async (_, over) => {
    const { tagged } = await run(COPYING, [COLLIDING], over);
    expect(tagged.map((tags) => tags['stillpoint:consistency'])).toEqual(['application']);
  });
});

test('a fallback leaves out what is excluded by then', async () => {
  const offline = { offline: true };
  const later = [volume('vol-1'), volume('vol-2', { scratch: 'yes' })];
  const { created, closed } = await run({ excludeDataVolumeTags: SCRATCH }, [PLAIN, later], offline);
  expect(created).toMatchObject([{ excludeDataVolumeIds: ['vol-2'], tags: { 'stillpoint:pre-script': 'FAILED' } }]);
  expect(closed).toMatchObject({ consistency: 'crash', reason: 'agent-offline' });
});

test('a fallback of which everything is excluded by then is none', async () => {
  const later = [volume('vol-1', { scratch: 'yes' })];
  const { created, closed } = await run({ excludeDataVolumeTags: SCRATCH }, [PLAIN, later], { offline: true });
  expect(created).toEqual([]);
  expect(closed).toMatchObject({ result: 'failed', consistency: 'none', reason: 'agent-offline' });
});

test('refusals of one snapshot after the other don’t hold up the verdict', async () => {
  const many = Array.from({ length: 40 }, (_, index) => volume(`vol-${index}`, { Name: `${index}`, Team: 'x' }));
  const tried: Tags[] = [];
  const members = many.map(({ volumeId }) => ({ volumeId, snapshotId: `snap-${volumeId}` }));
  const refuses = (tags: Tags): boolean => tried.push(tags) > 0 && !isCopy(tags);
  const { tagged } = await run(COPYING, [many], { members, takes: refuses });
  expect(tried.filter(isCopy).length).toBeLessThanOrEqual(3);
  expect(tagged).toMatchObject([{ 'stillpoint:consistency': expect.any(String) }]);
});
