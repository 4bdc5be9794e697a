import type { OutgoingEvent } from '../../lambda/core/event/common';
import { SCRIPT_DETAIL_TYPE } from '../../lambda/core/event/script-event';
import { SHARE_DETAIL_TYPE } from '../../lambda/core/event/share-event';
import type { ObservedVolume } from '../../lambda/core/execution/admission';
import type { ExecutionMessage, SetPlan } from '../../lambda/core/execution-message';
import { WHOLE_SET } from '../../lambda/core/plan-set';
import { executionOf } from '../../lambda/worker/execution';
import { runExecution } from '../../lambda/worker/run-execution';
import { plan } from '../unit/execution/fixtures';
import { policy, schedule } from '../unit/policy-fixture';
import { DUE, FakeAws } from './fake-aws';

const OTHER = '222222222222';
const NAMED = 'arn:aws:kms:eu-west-1:111122223333:key/named';
const DEFAULT = 'arn:aws:kms:eu-west-1:111122223333:key/default';

const volume = (volumeId: string, keyId: string | undefined, tags: readonly (readonly [string, string])[] = []): ObservedVolume => ({
  ...{ volumeId, keyId, root: false, tags: new Map(tags), volumeType: 'gp3', lastSnapshotAt: undefined, pendingSnapshots: 0 },
});
const VOLUMES = [volume('vol-plain', undefined), volume('vol-named', NAMED), volume('vol-default', DEFAULT)];

/** The events of an execution on these volumes, from its message's attempt on. */
const run = async (set: Partial<SetPlan>, volumes: readonly ObservedVolume[] = VOLUMES, attempt = 1): Promise<readonly OutgoingEvent[]> => {
  const aws = new FakeAws({ kills: [], lostCreates: [], lostSends: [], pres: [], posts: [], autoThawMs: 60_000 });
  const ports = aws.ports();
  const events: OutgoingEvent[] = [];
  const message: ExecutionMessage = {
    ...{ version: 1, policyId: 'nightly', due: new Date(DUE).toISOString(), schedules: ['Nightly'], instanceId: 'i-1' },
    ...{ instanceState: 'running', agent: 'online', messageGroupId: 'i-1', attempt, thawOnly: false },
    script: plan({ maximumRetryCount: 1 }),
    set: { ...WHOLE_SET, ...set },
  };
  const sharing = policy({
    TargetTags: [{ Key: 'backup', Value: 'nightly' }],
    Schedules: [schedule({}, { ShareRules: [{ TargetAccounts: [OTHER] }] })],
  });
  const observe = async (id: string) => ({ ...(await ports.instances.observe(id)), volumes });
  await runExecution(
    {
      ...ports,
      instances: { ...ports.instances, observe },
      volumeKeys: [NAMED],
      policy: () => sharing,
      publish: async (told) => void events.push(...told),
    },
    executionOf(message, 'arn:aws:stillpoint:eu-west-1:111122223333:policy/', new Date(DUE)),
  );
  return events;
};
const refusals = (events: readonly OutgoingEvent[]) => events.filter(({ detailType }) => detailType === SHARE_DETAIL_TYPE);

test('volumes whose snapshots will not be shared are told once, before the pre-script is, and the backup goes on', async () => {
  const events = await run({ shared: true });
  expect(refusals(events)).toMatchObject([
    {
      detail: {
        ...{ result: 'refused', accounts: [OTHER], until: '' },
        errors: [{ resource_id: '', source: expect.stringMatching(/vol-default$/), code: 'KeyNotNamed' }],
      },
    },
  ]);
  const order = events.map(({ detailType }) => detailType);
  expect(order.indexOf(SHARE_DETAIL_TYPE)).toBeLessThan(order.indexOf(SCRIPT_DETAIL_TYPE));
  expect(events.at(-1)).toMatchObject({ detail: { result: 'success' } });
});

test.each<[string, Partial<SetPlan>, readonly ObservedVolume[], number]>([
  ['a run whose schedules share nothing', {}, VOLUMES, 1],
  ['a set that can be shared whole', { shared: true }, VOLUMES.slice(0, 2), 1],
  ['a continuation, whose first invocation has told it', { shared: true }, VOLUMES, 2],
  [
    'a volume that is not in the set',
    { shared: true, excludeDataVolumeTags: [{ Key: 'scratch', Value: 'yes' }] },
    [...VOLUMES.slice(0, 2), volume('vol-scratch', DEFAULT, [['scratch', 'yes']])],
    1,
  ],
])('%s has nothing to tell', async (_what, set, volumes, attempt) => {
  expect(refusals(await run(set, volumes, attempt))).toEqual([]);
});
