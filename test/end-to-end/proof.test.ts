import * as z from 'zod/mini';
import { ledger, volumeOf } from './harness/cases';
import { endToEnd } from './harness/end-to-end';
import { freezeWindows } from './harness/freeze-window';
import { type Instance, NOTHING } from './harness/instance';
import { completionsOf } from './harness/story';

const LEDGER = { ExecutionHandler: 'ledger' };

const cases = {
  ledger: { ...ledger('ledger'), script: LEDGER },
  releases: { ...ledger('releases', '--fail-first-release'), script: { ...LEDGER, MaximumRetryCount: 1 } },
  first: { tags: { 'stillpoint:group': 'cluster' } },
  second: { tags: { 'stillpoint:group': 'cluster' }, under: 'first' },
  'two-filesystems': { volumes: [volumeOf('two-filesystems', 'ext4', '/data', 0), volumeOf('two-filesystems', 'ext4', '/more', 1)] },
  'on-root': { script: { ExecutionHandler: 'scripted' } },
  'on-root-unlocked': { under: 'on-root' },
  bystander: { under: 'nobody' },
} as const;

const WHOLE = { result: 'success', consistency: 'application', reason: 'proven', cause: '', attempts: 1, thawed_by: 'post' };

/** An instance's root is an overlay. Its documents read the disks under it in /sys: there it is given a volume of the set. */
const layRootOn = async (instance: Instance, volumeId: string): Promise<void> => {
  const script = `set -e; dev=$(mountpoint -d /); disk=/sys/dev/block/$dev; mount -t tmpfs disks /sys/dev/block
    mkdir -p $disk/device; echo $dev >$disk/dev; echo ${volumeId.replace('-', '')} >$disk/device/serial`;
  expect(await instance.run(script)).toMatchObject({ code: 0 });
};

const isSwept = (line: unknown, policyId: string): boolean =>
  z.looseObject({ message: z.literal('policy swept'), policyId: z.literal(policyId) }).safeParse(line).success;

endToEnd('proven executions', cases, ({ alone }) => {
  alone('ledger', 'a ledger over two volumes is proven, and its restored set is whole', async (ledgers) => {
    const closed = await ledgers.execution();
    expect(ledgers.told()).toEqual(['PRE initiated', 'PRE success', 'POST initiated', 'POST success', 'CLOSED application proven']);
    expect(closed).toMatchObject({ ...WHOLE, execution_handler: 'ledger', schedules: ['Hourly'], freeze_window_source: 'instance' });
    expect(closed.freeze_window_ms).toBeGreaterThan(0);
    const time = expect.stringMatching(/Z$/);
    const set = { set: 'created', set_error: '', set_start_time: time, set_end_time: time };
    const freeze = { freeze_window_ms: closed.freeze_window_ms, frozen_at: time, thawed_at: time, auto_thaw_at: time };
    expect(closed.timeline).toEqual([expect.objectContaining({ attempt: 1, ...freeze, ...set })]);
    expect(closed.coverage.map(({ mount, type, held }) => ({ mount, type, held }))).toEqual(
      expect.arrayContaining([
        { mount: '/journal', type: 'ext4', held: true },
        { mount: '/ledger', type: 'xfs', held: true },
      ]),
    );
    const snapshots = await ledgers.confirmedSnapshots();
    expect(completionsOf(ledgers.sandbox.events, ledgers.id)).toEqual(['confirmed application proven']);
    expect(closed.resources.map(({ resource_id }) => resource_id.split('/').at(-1)).sort()).toEqual(snapshots.map(({ id }) => id).sort());
    expect(snapshots.map(({ tags }) => tags)).toEqual(
      Array(2).fill({
        'stillpoint:policy-id': 'ledger',
        'stillpoint:schedule-name': 'Hourly',
        'stillpoint:execution-id': closed.execution_id,
        'stillpoint:instance-id': ledgers.id,
        'stillpoint:attempt': '1',
        'stillpoint:pre-script': 'SUCCESS',
        'stillpoint:post-script': 'SUCCESS',
        'stillpoint:consistency': 'application',
        'stillpoint:members': '2',
        'stillpoint:reason': 'proven',
        'stillpoint:confirmed': time,
        'stillpoint:held-ms': String(closed.freeze_window_ms),
        'stillpoint:thawed-by': 'post',
        'stillpoint:held': closed.coverage.map(({ mount }) => mount).join(' '),
        'stillpoint:result-sequence': closed.coordinates['sequence'],
        'stillpoint:result-hash': closed.coordinates['hash'],
      }),
    );
    expect(Object.keys(closed.coordinates).sort()).toEqual(['hash', 'sequence']);
    expect(Number(closed.coordinates['sequence'])).toBeGreaterThan(0);
    expect(
      await ledgers.sandbox.verify(
        ledgers.id,
        snapshots.map(({ id }) => id),
      ),
    ).toMatchObject({ code: 0 });
    expect(await ledgers.held()).toEqual(NOTHING);
  });

  alone('ledger', 'within its freeze nobody calls anything else, for no instance and from no function', async (ledgers) => {
    const { events, requests } = ledgers.sandbox;
    const [window, ...more] = freezeWindows(events, requests, ledgers.id);
    expect(more).toEqual([]);
    expect(window?.calls.map(({ action }) => action)).toEqual(['CreateSnapshots', 'SendCommand']);
    const within = requests.filter(({ time }) => window !== undefined && new Date(time) > window.from && new Date(time) < window.to);
    expect(new Set(within.map(({ action }) => action))).toEqual(new Set(['GetCommandInvocation', 'CreateSnapshots', 'SendCommand']));
  });

  alone('ledger', "its metrics have DLM's names", async (ledgers) => {
    const lines = ledgers.sandbox.functionLines().map(({ line }) => line);
    expect(lines).toContainEqual(expect.objectContaining({ DLMPolicyId: 'ledger', ResourcesTargeted: 1 }));
    const scripts = { PreScriptStarted: 1, PreScriptCompleted: 1, PostScriptStarted: 1, PostScriptCompleted: 1 };
    expect(lines).toContainEqual(expect.objectContaining({ DLMPolicyId: 'ledger', ...scripts, SnapshotsCreateStarted: 2 }));
  });

  alone('ledger', 'the same due minute again makes no second set: neither by its rule nor by its message', async (ledgers) => {
    const before = ledgers.events().length;
    await ledgers.fire();
    await ledgers.sandbox.idle();
    const { execution_id, due_time } = await ledgers.closed();
    await ledgers.message(new Date(due_time));
    await ledgers.sandbox.idle();
    expect(ledgers.sandbox.functionLines().map(({ line }) => line)).toContainEqual(
      expect.objectContaining({ message: 'message done', ending: 'duplicate', executionId: execution_id }),
    );
    expect(await ledgers.snapshots()).toHaveLength(2);
    expect(ledgers.events()).toHaveLength(before);
  });

  alone('releases', '202, then a successful retry of post alone: still proven', async (releases) => {
    expect(await releases.execution()).toMatchObject(WHOLE);
    expect(releases.told()).toEqual([
      ...['PRE initiated', 'PRE success', 'POST initiated', 'POST failed 202', 'POST initiated', 'POST success'],
      'CLOSED application proven',
    ]);
    const ids = (await releases.snapshots()).map(({ id }) => id);
    expect(await releases.sandbox.verify(releases.id, ids)).toMatchObject({ code: 0 });
    expect(await releases.held()).toEqual(NOTHING);
  });

  alone('first', 'two instances of a group are never frozen together', async (first, other) => {
    await first.fire();
    const second = other('second');
    const closed = await Promise.all([first.closed(), second.closed()]);
    expect(closed).toEqual([expect.objectContaining(WHOLE), expect.objectContaining(WHOLE)]);
    const { events, requests } = first.sandbox;
    const windows = [first, second]
      .flatMap(({ id }) => freezeWindows(events, requests, id))
      .sort((a, b) => a.from.getTime() - b.from.getTime());
    expect(windows).toHaveLength(2);
    const [earlier, later] = windows;
    const sent = requests.filter(({ action, comment }) => action === 'SendCommand' && comment?.endsWith(' pre'));
    const begun = sent.find(({ resources }) => later !== undefined && resources.includes(later.instanceId));
    expect(new Date(begun?.time ?? 0).getTime()).toBeGreaterThan(earlier?.to.getTime() ?? Number.NaN);
  });

  alone('two-filesystems', 'our filesystem document holds all data filesystems of the set', async (instance) => {
    expect(await instance.execution()).toMatchObject({ ...WHOLE, execution_handler: 'stillpoint-filesystem' });
    expect(await instance.consistencyTags()).toEqual(['application proven']);
    expect(await instance.held()).toEqual(NOTHING);
  });

  alone('on-root', 'data on the root volume is proven under a write lock, and under nothing less', async (locked, other) => {
    const unlocked = other('on-root-unlocked');
    for (const instance of [locked, unlocked]) {
      await layRootOn(instance, volumeOf(instance.name).id);
      await instance.hook('paths', 'echo /srv');
      await instance.hook('coordinates', 'echo lsn=0/16B3748');
      await instance.hook('quiesce', instance === locked ? 'hold_write_locked' : ':');
    }
    await locked.fire();
    const root = { mount: '/', held: false, reason: 'root' };
    expect(await locked.closed()).toMatchObject({ ...WHOLE, coverage: [root], coordinates: { lsn: '0/16B3748' } });
    expect((await locked.closedSnapshots()).map(({ tags }) => tags)).toEqual([
      expect.objectContaining({ 'stillpoint:consistency': 'application', 'stillpoint:result-lsn': '0/16B3748' }),
    ]);
    expect(await unlocked.closed()).toMatchObject({ result: 'failed', reason: 'not-covered', coverage: [root], coordinates: {} });
    expect(await unlocked.consistencyTags()).toEqual(['crash not-covered']);
  });

  alone('bystander', 'an instance without a target tag is never touched', async (bystander) => {
    expect(bystander.events()).toEqual([]);
    const touching = bystander.sandbox.requests.filter(({ role, resources }) => role !== 'user' && resources.includes(bystander.id));
    expect(touching).toEqual([]);
  });

  alone('ledger', 'the hourly sweep finds nothing overdue, and tells how old the newest proven set is', async ({ sandbox }) => {
    await sandbox.idle();
    await sandbox.sweep();
    const lines = sandbox.functionLines().map(({ line }) => line);
    for (const policyId of ['ledger', 'releases', 'first', 'two-filesystems']) {
      expect(lines).toContainEqual(
        expect.objectContaining({ DLMPolicyId: policyId, HoursOverdue: 0, NewestProvenSetAge: expect.any(Number) }),
      );
    }
    expect(lines).toContainEqual(
      expect.objectContaining({ message: 'policy swept', policyId: 'first', targets: 2, sets: 2, overdueTargets: 0 }),
    );
  });

  alone('ledger', 'four hours without a run later, it tells since when a target is overdue', async ({ sandbox, id }) => {
    await sandbox.sweep(4);
    const swept = sandbox.functionLines().map(({ line }) => line);
    const line = z.looseObject({
      hoursOverdue: z.number(),
      overdue: z.array(z.looseObject({ instanceId: z.string(), since: z.string() })),
    });
    const [last] = swept.filter((one) => isSwept(one, 'ledger')).slice(-1);
    const { hoursOverdue, overdue } = line.parse(last);
    // The policy is due every hour: the first run that was missed is up to an hour after the set, and had 60 minutes to begin.
    expect(hoursOverdue).toBeGreaterThan(2);
    expect(hoursOverdue).toBeLessThanOrEqual(3);
    expect(overdue.map(({ instanceId }) => instanceId)).toEqual([id]);
    expect(swept).toContainEqual(
      expect.objectContaining({ DLMPolicyId: 'ledger', HoursOverdue: hoursOverdue, NewestProvenSetAge: expect.any(Number) }),
    );
  });
});
