import { randomUUID } from 'node:crypto';
import { SendCommandCommand } from '@aws-sdk/client-ssm';
import { POSSIBLY_FROZEN_DETAIL_TYPE, possiblyFrozenDetailSchema } from '../../lambda/core/event/possibly-frozen-event';
import { matchesPattern } from '../../sandbox/aws/events/pattern';
import { ledger, PLAN } from './harness/cases';
import { endToEnd } from './harness/end-to-end';
import { NOTHING } from './harness/instance';

const ORDERS = { ExecutionHandler: 'orders' };
const QUICK = { ExecutionTimeout: 10 };

const cases = {
  'not-ready': { ...ledger('not-ready', '--not-ready'), script: { ExecutionHandler: 'ledger' } },
  'not-ready-none': { script: { ...ORDERS, ExecuteOperationOnScriptFailure: false } },
  'ready-later': { script: { ...ORDERS, MaximumRetryCount: 1 } },
  'post-fails': { script: { ...ORDERS, MaximumRetryCount: 1 } },
  stranger: { script: ORDERS },
  'two-steps': { script: { ExecutionHandler: 'two-steps' } },
  'slow-pre': { script: { ...ORDERS, ...QUICK } },
  'slow-post': { script: { ...ORDERS, ...QUICK, MaximumRetryCount: 1 } },
  'never-thawed': { script: { ...ORDERS, ...QUICK }, stillpoint: { RecoveryThaw: 'never' } },
  twice: {},
  'late-pre': { script: QUICK },
  rebooted: {},
  'other-sender': {},
  'other-stays': {},
  'held-by-another': { script: { MaximumRetryCount: 1 } },
  'pre-fails': { script: { ...ORDERS, MaximumRetryCount: 1 } },
} as const;

/** A rule that somebody wrote for DLM. */
const DLM_RULE = {
  source: ['aws.dlm'],
  'detail-type': ['DLM Pre Post Script Notification'],
  detail: { script_stage: ['PRE', 'POST'], result: ['failed'], cause: ['206', '203'], policy_id: [{ prefix: 'arn:aws:' }] },
};

endToEnd('scripts', cases, ({ path }) => {
  path('not-ready', '206 without retries: the fallback is crash-consistent', async (instance) => {
    expect(await instance.execution()).toMatchObject({
      result: 'failed',
      cause: '206',
      attempts: 1,
      thawed_by: 'nobody',
      freeze_window_ms: null,
    });
    expect(instance.told()).toEqual(['PRE initiated', 'PRE failed 206', 'CLOSED crash pre-failed']);
    expect(await instance.consistencyTags()).toEqual(['crash pre-failed']);
    expect(await instance.held()).toEqual(NOTHING);
  });

  path('not-ready', "a rule written for DLM's events matches after changing source and detail-type", async (instance) => {
    await instance.closed();
    const rule = { ...DLM_RULE, source: ['stillpoint'], 'detail-type': ['Stillpoint Pre Post Script Notification'] };
    expect(instance.events().map((event) => matchesPattern(rule, event))).toEqual([false, true, false]);
    expect(instance.events().some((event) => matchesPattern(DLM_RULE, event))).toBe(false);
  });

  path('not-ready-none', '206, with ExecuteOperationOnScriptFailure false: no set', async (instance) => {
    await instance.order('pre', 206);
    expect(await instance.execution()).toMatchObject({ result: 'failed', consistency: 'none', cause: '206', resources: [] });
    expect(instance.told()).toEqual(['PRE initiated', 'PRE failed 206', 'CLOSED none pre-failed']);
    expect(await instance.snapshots()).toEqual([]);
    expect(await instance.frozen()).toEqual([]);
  });

  path('ready-later', '206 first, ready at the retry', async (instance) => {
    await instance.order('pre', 206);
    expect(await instance.execution()).toMatchObject({ result: 'success', consistency: 'reported', cause: '', attempts: 2 });
    expect(instance.told()).toEqual([
      ...['PRE initiated', 'PRE failed 206', 'PRE initiated', 'PRE success', 'POST initiated', 'POST success'],
      'CLOSED reported no-result-line',
    ]);
    expect((await instance.snapshots()).map(({ tags }) => tags['stillpoint:attempt'])).toEqual(['2']);
  });

  path('pre-fails', '201: the recovery thaw, then the whole attempt again', async (instance) => {
    await instance.order('pre', 'fsfreeze -f /data; exit 201');
    expect(await instance.execution()).toMatchObject({ result: 'success', consistency: 'reported', attempts: 2 });
    expect(instance.told()).toEqual([
      ...['PRE initiated', 'PRE failed 201', 'THAW initiated', 'THAW success'],
      ...['PRE initiated', 'PRE success', 'POST initiated', 'POST success', 'CLOSED reported no-result-line'],
    ]);
    expect(await instance.frozen()).toEqual([]);
  });

  path('post-fails', '202 always: crash-consistent, and a person is told that it may be frozen', async (instance) => {
    await instance.order('post', 202, 202, 202);
    const closed = await instance.execution();
    const stillFrozen = await instance.frozen();
    await instance.run('fsfreeze -u /data');
    expect(stillFrozen).toEqual(['/data']);
    expect(closed).toMatchObject({ result: 'failed', consistency: 'crash', cause: '202', attempts: 1 });
    expect(instance.told()).toEqual([
      ...['PRE initiated', 'PRE success', 'POST initiated', 'POST failed 202', 'POST initiated', 'POST failed 202'],
      ...['POSSIBLY FROZEN thaw-unconfirmed', 'CLOSED crash post-failed'],
    ]);
    expect(await instance.consistencyTags()).toEqual(['crash post-failed']);
  });

  path('stranger', "a stranger's document, the contract and no more: reported", async (stranger) => {
    const closed = await stranger.execution();
    expect(closed).toMatchObject({
      result: 'success',
      reason: 'no-result-line',
      thawed_by: '',
      coverage: [],
      freeze_window_source: 'commands',
    });
    expect(stranger.told()).toEqual(['PRE initiated', 'PRE success', 'POST initiated', 'POST success', 'CLOSED reported no-result-line']);
    const { stdout } = await stranger.run('cat /run/orders/calls');
    const [pre = '', post = ''] = stdout.trim().split('\n');
    expect([pre.split(' ')[0], post.split(' ')[0]]).toEqual(['pre-script', 'post-script']);
    expect(pre.split(' ')[1]).toBe(post.split(' ')[1]);
    expect(await stranger.consistencyTags()).toEqual(['reported no-result-line']);
    expect(await stranger.frozen()).toEqual([]);
  });

  path('two-steps', 'a document of two steps, in JSON: reported', async (instance) => {
    expect(await instance.execution()).toMatchObject({ result: 'success', consistency: 'reported', attempts: 1 });
    expect(instance.told()).toEqual(['PRE initiated', 'PRE success', 'POST initiated', 'POST success', 'CLOSED reported no-result-line']);
    expect(await instance.frozen()).toEqual([]);
  });

  path('slow-pre', 'a pre-script over its time is cancelled and thawed, then the fallback', async (instance) => {
    await instance.order('pre', 'fsfreeze -f /data; sleep 60');
    expect(await instance.execution()).toMatchObject({ result: 'failed', consistency: 'crash', cause: '201' });
    expect(instance.told()).toEqual(['PRE initiated', 'PRE failed 201', 'THAW initiated', 'THAW success', 'CLOSED crash pre-timed-out']);
    expect(instance.calls('CancelCommand')).toHaveLength(1);
    expect(await instance.frozen()).toEqual([]);
  });

  path('slow-post', 'a post-script over its time is cancelled and sent again', async (instance) => {
    await instance.order('post', 'sleep 60');
    expect(await instance.execution()).toMatchObject({ result: 'success', consistency: 'reported', attempts: 1 });
    expect(instance.told()).toEqual([
      ...['PRE initiated', 'PRE success', 'POST initiated', 'POST failed 202', 'POST initiated', 'POST success'],
      'CLOSED reported no-result-line',
    ]);
    expect(await instance.frozen()).toEqual([]);
  });

  path('never-thawed', 'RecoveryThaw never: a person is told, with a command that thaws', async (instance) => {
    await instance.order('pre', 'fsfreeze -f /data; sleep 60');
    expect(await instance.execution()).toMatchObject({ result: 'failed', consistency: 'crash', cause: '201', thawed_by: '' });
    expect(instance.told()).toEqual(['PRE initiated', 'PRE failed 201', 'POSSIBLY FROZEN not-thawed', 'CLOSED crash pre-timed-out']);
    expect(await instance.frozen()).toEqual(['/data']);
    const warning = instance.events().find((event) => event['detail-type'] === POSSIBLY_FROZEN_DETAIL_TYPE);
    const { thaw_command } = possiblyFrozenDetailSchema.parse(warning?.detail);
    const [, document = '', id = '', parameters = ''] =
      /--document-name '(.*)' --instance-ids (\S+) --parameters (\S+)$/.exec(thaw_command) ?? [];
    const Parameters = Object.fromEntries(parameters.split(',').map((pair) => [pair.split('=')[0], [pair.split('=')[1] ?? '']]));
    await instance.sandbox.ssm.send(new SendCommandCommand({ DocumentName: document, InstanceIds: [id], Parameters }));
    await instance.until(false);
  });

  path(
    'twice',
    'a volume had a snapshot less than 15 s ago: the next execution waits before its pre-script, not within',
    async (instance) => {
      const first = await instance.execution();
      await instance.message(new Date(Date.parse(first.due_time) - 60_000), { script: PLAN });
      expect(await instance.closed(2)).toMatchObject({ consistency: 'application', attempts: 1 });
      const [set, setAgain] = instance.calls('CreateSnapshots').map(({ time }) => Date.parse(time));
      const pres = instance.calls('SendCommand').filter(({ comment }) => comment?.endsWith('pre'));
      expect(Date.parse(pres[1]?.time ?? '') - (set ?? Number.NaN)).toBeGreaterThanOrEqual(15_000);
      expect(instance.calls('CreateSnapshots').map(({ status }) => status)).toEqual([200, 200]);
      expect(setAgain).toBeGreaterThan(Date.parse(pres[1]?.time ?? ''));
      expect(await instance.held()).toEqual(NOTHING);
    },
  );

  path('late-pre', 'a pre-script that is delivered after its time freezes nothing', async (instance) => {
    await instance.faults({ kind: 'late-delivery', ms: 14_000 });
    expect(await instance.execution()).toMatchObject({ result: 'failed', consistency: 'crash', reason: 'pre-timed-out' });
    // Cancelled before anybody saw it run, it may still come: a post-script leaves word that it must not freeze.
    expect(instance.told()).toEqual(['PRE initiated', 'PRE failed 201', 'THAW initiated', 'THAW failed 205', 'CLOSED crash pre-timed-out']);
    const outputs = '/var/lib/amazon/ssm/*/document/orchestration/*/run/stdout';
    const { stdout } = await instance.run(`until grep -hs '"stage":"pre"' ${outputs}; do sleep 0.1; done`);
    expect(JSON.parse(stdout)).toMatchObject({ result: 'failed', error: expect.stringContaining('deadline') });
    expect(await instance.held()).toEqual(NOTHING);
  });

  path('rebooted', 'a reboot between pre and post: 205, the set is no more than crash-consistent', async (instance) => {
    await instance.faults({ kind: 'latency', action: 'CreateSnapshots', ms: 8_000 });
    await instance.fire();
    await instance.preSucceeded();
    await instance.sandbox.act(instance.id, 'reboot');
    expect(await instance.closed()).toMatchObject({ result: 'failed', consistency: 'crash', cause: '205', attempts: 1 });
    expect(instance.told()).toEqual(['PRE initiated', 'PRE success', 'POST initiated', 'POST failed 205', 'CLOSED crash rebooted']);
    expect(await instance.held()).toEqual(NOTHING);
  });

  path('other-sender', "another sender's open pre-script postpones ours", async (instance) => {
    const executionId = randomUUID();
    const send = (command: string) =>
      instance.sandbox.ssm.send(
        new SendCommandCommand({
          DocumentName: 'stillpoint-filesystem',
          InstanceIds: [instance.id],
          Parameters: { command: [command], executionId: [executionId] },
        }),
      );
    await send('pre-script');
    await instance.until(true);
    await instance.fire();
    await instance.called('ListCommands', 2);
    const released = new Date();
    await send('post-script');
    expect(await instance.closed()).toMatchObject({ consistency: 'application', attempts: 1 });
    const [pre] = instance.calls('SendCommand');
    expect(new Date(pre?.time ?? 0) > released).toBe(true);
    expect(await instance.held()).toEqual(NOTHING);
  });

  path('other-stays', "another sender's pre-script that stays open: given up after a while, its freeze left alone", async (instance) => {
    await instance.sandbox.ssm.send(
      new SendCommandCommand({
        DocumentName: 'orders',
        InstanceIds: [instance.id],
        Parameters: { command: ['pre-script'], executionId: [randomUUID()] },
      }),
    );
    await instance.until(true);
    const closed = await instance.execution();
    const stillFrozen = await instance.frozen();
    await instance.run('fsfreeze -u /data');
    expect(stillFrozen).toEqual(['/data']);
    expect(closed).toMatchObject({ result: 'failed', consistency: 'crash', reason: 'foreign-freeze', attempts: 1 });
    expect(instance.told()).toEqual(['PRE failed 201', 'CLOSED crash foreign-freeze']);
    expect(instance.calls('SendCommand')).toEqual([]);
  });

  path('held-by-another', "204 that stays: another's freeze is never thawed by us, and a person is told", async (instance) => {
    await instance.run('fsfreeze -f /data');
    const closed = await instance.execution();
    const stillFrozen = await instance.frozen();
    await instance.run('fsfreeze -u /data');
    expect(stillFrozen).toEqual(['/data']);
    expect(closed).toMatchObject({ result: 'failed', consistency: 'crash', cause: '204', attempts: 2 });
    expect(instance.told()).toEqual([
      ...['PRE initiated', 'PRE failed 204', 'PRE initiated', 'PRE failed 204'],
      ...['POSSIBLY FROZEN held-by-another', 'CLOSED crash pre-failed'],
    ]);
    expect(instance.calls('SendCommand').filter(({ comment }) => comment?.includes('post'))).toEqual([]);
    expect(await instance.held()).toEqual(NOTHING);
  });
});
