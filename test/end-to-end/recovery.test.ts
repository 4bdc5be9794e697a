import * as z from 'zod/mini';
import { brakeDetailSchema } from '../../lambda/core/event/brake-event';
import { PLAN } from './harness/cases';
import { endToEnd } from './harness/end-to-end';
import { type Instance, NOTHING } from './harness/instance';

const ORDERS = { ExecutionHandler: 'orders' };

const cases = {
  'kill-create': {},
  'kill-create-late': { script: { ExecutionHandler: 'short-thaw' } },
  'kill-pre': {},
  'kill-open-pre': { script: ORDERS },
  'kill-post': {},
  'lost-create': {},
  'lost-pre': { script: ORDERS },
  'lost-post': {},
  'unsent-pre': {},
  'unsent-post': {},
  'slow-create': { script: { ExecutionHandler: 'short-thaw' } },
  'agent-lost': { script: { ExecutionHandler: 'short-thaw' } },
  'events-refused': {},
  continued: {},
  'throttled-create': {},
  'refused-create': {},
  'refused-create-again': { script: { MaximumRetryCount: 1 } },
  'throttled-ssm': {},
  'tag-lost': {},
  'tag-lost-late': {},
  'dead-letter': { script: { ExecutionHandler: 'long-thaw' }, stillpoint: { PauseAfter: 1 } },
} as const;

/** A line of metrics that counts the instance as possibly frozen. */
const countedSchema = z.looseObject({ DLMPolicyId: z.literal('dead-letter'), PossiblyFrozen: z.literal(1) });

const PRE_AND_POST = ['PRE initiated', 'PRE success', 'POST initiated', 'POST success'];

/** Fires, and waits until the call at which the worker is killed. */
const killedAt = async (instance: Instance, action: string, skip = 0): Promise<void> => {
  await instance.faults({ kind: 'kill-function', action, ...(skip > 0 && { skip }) });
  await instance.fire();
  await instance.called(action, skip + 1);
};

endToEnd('recovery', cases, ({ path }) => {
  path(
    'kill-create',
    'killed after CreateSnapshots, redelivered while the guardian holds: thawed by post, application',
    async (instance) => {
      await killedAt(instance, 'CreateSnapshots');
      expect(await instance.held()).toEqual({ frozen: ['/data'], guardians: 1 });
      await instance.redeliver();
      expect(await instance.closed()).toMatchObject({ result: 'success', reason: 'proven', thawed_by: 'post', attempts: 1 });
      expect(instance.told()).toEqual(['PRE initiated', ...PRE_AND_POST, 'CLOSED application proven']);
      expect(await instance.snapshots()).toHaveLength(1);
      expect(await instance.consistencyTags()).toEqual(['application proven']);
      expect(await instance.held()).toEqual(NOTHING);
    },
  );

  path('kill-create-late', 'killed after CreateSnapshots, redelivered after the auto-thaw: 203, crash', async (instance) => {
    await killedAt(instance, 'CreateSnapshots');
    await instance.until(false);
    await instance.redeliver();
    expect(await instance.closed()).toMatchObject({ result: 'failed', cause: '203', thawed_by: 'auto-thaw' });
    expect(instance.told()).toEqual([
      ...['PRE initiated', 'PRE initiated', 'PRE success', 'POST initiated', 'POST failed 203'],
      'CLOSED crash auto-thawed',
    ]);
    expect(await instance.consistencyTags()).toEqual(['crash auto-thawed']);
    expect(await instance.held()).toEqual(NOTHING);
  });

  path('kill-pre', 'killed after SendCommand for pre: post tells the outcome as unknown, then the fallback', async (instance) => {
    await killedAt(instance, 'SendCommand');
    await instance.preSucceeded();
    await instance.redeliver();
    expect(await instance.closed()).toMatchObject({ result: 'failed', consistency: 'crash', reason: 'create-failed', thawed_by: 'post' });
    expect(instance.told()).toEqual(['PRE initiated', ...PRE_AND_POST, 'CLOSED crash create-failed']);
    expect(instance.calls('SendCommand').map(({ comment }) => comment?.replace(/.* attempt/, 'attempt'))).toEqual([
      'attempt 1 pre',
      'attempt 1 post unknown',
    ]);
    expect(await instance.held()).toEqual(NOTHING);
  });

  path('kill-open-pre', 'killed while pre runs: the other worker cancels it and thaws', async (instance) => {
    await instance.order('pre', 'fsfreeze -f /data; sleep 60');
    await killedAt(instance, 'SendCommand');
    await instance.until(true);
    await instance.redeliver();
    expect(await instance.closed()).toMatchObject({ result: 'failed', consistency: 'crash', reason: 'pre-timed-out' });
    expect(instance.told()).toEqual([
      ...['PRE initiated', 'PRE initiated', 'PRE failed 201', 'THAW initiated', 'THAW success'],
      'CLOSED crash pre-timed-out',
    ]);
    expect(instance.calls('CancelCommand')).toHaveLength(1);
    expect(await instance.frozen()).toEqual([]);
  });

  path('kill-post', 'killed after SendCommand for post: its result counts, no second post is sent', async (instance) => {
    await killedAt(instance, 'SendCommand', 1);
    await instance.redeliver();
    expect(await instance.closed()).toMatchObject({ result: 'success', consistency: 'application', thawed_by: 'post' });
    expect(instance.told()).toEqual(['PRE initiated', ...PRE_AND_POST, 'CLOSED application proven']);
    expect(instance.calls('SendCommand')).toHaveLength(2);
    expect(await instance.held()).toEqual(NOTHING);
  });

  path('lost-create', 'the answer of CreateSnapshots is lost: post first, the set found by tag, crash', async (instance) => {
    await instance.faults({ kind: 'lost-answer', action: 'CreateSnapshots' });
    expect(await instance.execution()).toMatchObject({
      result: 'failed',
      consistency: 'crash',
      reason: 'create-unclear',
      thawed_by: 'post',
    });
    expect(instance.told()).toEqual([...PRE_AND_POST, 'CLOSED crash create-unclear']);
    expect(instance.calls('CreateSnapshots')).toHaveLength(1);
    expect(await instance.consistencyTags()).toEqual(['crash create-unclear']);
    expect(await instance.held()).toEqual(NOTHING);
  });

  path('lost-pre', 'the answer of SendCommand for pre is lost: found by its Comment, cancelled, thawed', async (instance) => {
    await instance.order('pre', 'fsfreeze -f /data; sleep 60');
    // The history is read twice before; the third time is slow, so that the script has begun by then.
    await instance.faults({ kind: 'lost-answer', action: 'SendCommand' }, { kind: 'latency', action: 'ListCommands', ms: 3_000, skip: 2 });
    expect(await instance.execution()).toMatchObject({ result: 'failed', consistency: 'crash', reason: 'pre-timed-out' });
    expect(instance.told()).toEqual(['PRE initiated', 'PRE failed 201', 'THAW initiated', 'THAW success', 'CLOSED crash pre-timed-out']);
    expect(instance.calls('SendCommand').filter(({ comment }) => comment?.endsWith('pre'))).toHaveLength(1);
    expect(await instance.frozen()).toEqual([]);
  });

  path('lost-post', 'the answer of SendCommand for post is lost: found by its Comment and followed', async (instance) => {
    await instance.faults({ kind: 'lost-answer', action: 'SendCommand', skip: 1 });
    expect(await instance.execution()).toMatchObject({ result: 'success', reason: 'proven', thawed_by: 'post' });
    expect(instance.told()).toEqual([...PRE_AND_POST, 'CLOSED application proven']);
    expect(await instance.held()).toEqual(NOTHING);
  });

  path(
    'unsent-pre',
    'SendCommand for pre gives no answer and sent nothing: the recovery thaw says so, then the fallback',
    async (instance) => {
      await instance.faults({ kind: 'error', action: 'SendCommand', code: 'InternalServerError', status: 500 });
      expect(await instance.execution()).toMatchObject({ result: 'failed', consistency: 'crash', reason: 'pre-unclear', cause: '201' });
      expect(instance.told()).toEqual(['PRE initiated', 'PRE failed 201', 'THAW initiated', 'THAW failed 205', 'CLOSED crash pre-unclear']);
      expect(await instance.held()).toEqual(NOTHING);
    },
  );

  path('unsent-post', 'SendCommand for post gives no answer and sent nothing: it is sent again', async (instance) => {
    await instance.faults({ kind: 'error', action: 'SendCommand', code: 'InternalServerError', status: 500, skip: 1 });
    expect(await instance.execution()).toMatchObject({ result: 'success', reason: 'proven', thawed_by: 'post' });
    expect(instance.told()).toEqual([
      'PRE initiated',
      'PRE success',
      'POST initiated',
      'POST failed 202',
      'POST initiated',
      'POST success',
      'CLOSED application proven',
    ]);
    expect(await instance.held()).toEqual(NOTHING);
  });

  path('slow-create', 'CreateSnapshots that answers after the auto-thaw: 203, crash', async (instance) => {
    await instance.faults({ kind: 'latency', action: 'CreateSnapshots', ms: 11_000 });
    expect(await instance.execution()).toMatchObject({ result: 'failed', consistency: 'crash', cause: '203', thawed_by: 'auto-thaw' });
    expect(instance.told()).toEqual(['PRE initiated', 'PRE success', 'POST initiated', 'POST failed 203', 'CLOSED crash auto-thawed']);
    expect(await instance.held()).toEqual(NOTHING);
  });

  path('continued', 'a continuation begins with the attempt that it asks for', async (instance) => {
    await instance.message(new Date(), { attempt: 2, script: PLAN });
    expect(await instance.closed()).toMatchObject({ result: 'success', reason: 'proven', attempts: 2 });
    expect((await instance.snapshots()).map(({ tags }) => tags['stillpoint:attempt'])).toEqual(['2']);
  });

  path(
    'agent-lost',
    'the agent loses its connection within the freeze: the guardian ends it, and post says so afterwards',
    async (instance) => {
      await instance.faults({ kind: 'latency', action: 'CreateSnapshots', ms: 8_000 });
      await instance.fire();
      await instance.preSucceeded();
      await instance.sandbox.act(instance.id, 'disconnect');
      await instance.until(false);
      await instance.sandbox.act(instance.id, 'connect');
      expect(await instance.closed()).toMatchObject({ result: 'failed', consistency: 'crash', cause: '203', thawed_by: 'auto-thaw' });
      expect(instance.told()).toEqual(['PRE initiated', 'PRE success', 'POST initiated', 'POST failed 203', 'CLOSED crash auto-thawed']);
      expect(await instance.held()).toEqual(NOTHING);
    },
  );

  path(
    'events-refused',
    'EventBridge refuses the events after the thaw: told at the next delivery, and nothing is done twice',
    async (instance) => {
      await instance.faults({ kind: 'error', action: 'PutEvents', code: 'InternalException', status: 500, skip: 1, times: 6 }); // every try of one call
      await instance.fire();
      await instance.called('PutEvents', 7);
      expect(await instance.held()).toEqual(NOTHING);
      expect(instance.told()).toEqual(['PRE initiated']);
      await instance.redeliver();
      expect(await instance.closed()).toMatchObject({ result: 'success', reason: 'proven', thawed_by: 'post', attempts: 1 });
      expect(instance.told()).toEqual(['PRE initiated', ...PRE_AND_POST, 'CLOSED application proven']);
      const lines = instance.sandbox.functionLines().map(({ line }) => line);
      expect(lines).toContainEqual(
        expect.objectContaining({ level: 'ERROR', instanceId: instance.id, error: expect.objectContaining({ name: 'InternalException' }) }),
      );
      expect([instance.calls('CreateSnapshots'), instance.calls('SendCommand')].map((calls) => calls.length)).toEqual([1, 2]);
    },
  );

  path('throttled-create', 'CreateSnapshots throttled twice within the freeze is tried again', async (instance) => {
    await instance.faults({ kind: 'error', action: 'CreateSnapshots', code: 'RequestLimitExceeded', status: 503, times: 2 });
    expect(await instance.execution()).toMatchObject({ result: 'success', reason: 'proven', attempts: 1 });
    expect(instance.calls('CreateSnapshots').map(({ status }) => status)).toEqual([503, 503, 200]);
    expect(await instance.held()).toEqual(NOTHING);
  });

  path('refused-create', 'CreateSnapshots throttled for good: post, then the fallback outside of the freeze', async (instance) => {
    await instance.faults({ kind: 'error', action: 'CreateSnapshots', code: 'RequestLimitExceeded', status: 503, times: 3 });
    const closed = await instance.execution();
    expect(closed).toMatchObject({ result: 'failed', consistency: 'crash', reason: 'create-failed', thawed_by: 'post' });
    expect(closed.detail).toContain('RequestLimitExceeded');
    expect(instance.told()).toEqual([...PRE_AND_POST, 'CLOSED crash create-failed']);
    expect(instance.calls('SendCommand').at(-1)?.comment).toMatch(/post failed$/);
    expect(await instance.held()).toEqual(NOTHING);
  });

  path('refused-create-again', 'CreateSnapshots throttled for good, with a retry: another attempt, proven', async (instance) => {
    await instance.faults({ kind: 'error', action: 'CreateSnapshots', code: 'RequestLimitExceeded', status: 503, times: 3 });
    expect(await instance.execution()).toMatchObject({ result: 'success', reason: 'proven', attempts: 2 });
    expect(instance.told()).toEqual([...PRE_AND_POST, ...PRE_AND_POST, 'CLOSED application proven']);
    expect(await instance.held()).toEqual(NOTHING);
  });

  path('throttled-ssm', 'throttled sends, throttled and failing polls are never a failure of the script', async (instance) => {
    await instance.faults(
      { kind: 'error', action: 'SendCommand', code: 'ThrottlingException', times: 2 },
      { kind: 'error', action: 'GetCommandInvocation', code: 'ThrottlingException', times: 2 },
      { kind: 'error', action: 'GetCommandInvocation', code: 'InternalServerError', status: 500, times: 2 },
      { kind: 'lost-answer', action: 'GetCommandInvocation', times: 1 },
    );
    expect(await instance.execution()).toMatchObject({ result: 'success', reason: 'proven', attempts: 1 });
    expect(instance.told()).toEqual([...PRE_AND_POST, 'CLOSED application proven']);
    expect(await instance.held()).toEqual(NOTHING);
  });

  path('tag-lost', 'the owner takes the target tag away within the freeze: thawed by post all the same, and no set', async (instance) => {
    await instance.faults({ kind: 'latency', action: 'CreateSnapshots', ms: 8_000 });
    await instance.fire();
    await instance.preSucceeded();
    await instance.retag('Backup', 'elsewhere');
    const closed = await instance.closed();
    expect(closed).toMatchObject({ result: 'failed', consistency: 'none', reason: 'create-failed', thawed_by: 'post' });
    expect(closed.detail).toContain('UnauthorizedOperation');
    expect(instance.told()).toEqual([...PRE_AND_POST, 'CLOSED none create-failed']);
    expect(instance.calls('SendCommand').map(({ status }) => status)).toEqual([200, 200]);
    expect(await instance.held()).toEqual(NOTHING);
  });

  path('tag-lost-late', 'the tag is taken away after the set was made: still thawed and proven', async (instance) => {
    await instance.faults({ kind: 'latency', action: 'SendCommand', ms: 2_000, skip: 1 });
    await instance.fire();
    await instance.called('CreateSnapshots');
    await instance.retag('Backup', 'elsewhere');
    expect(await instance.closed()).toMatchObject({ result: 'success', reason: 'proven', thawed_by: 'post' });
    expect(await instance.held()).toEqual(NOTHING);
  });

  path('dead-letter', 'a message that kills every worker: rescued by a thaw-only one, and a person is told', async (instance) => {
    // The first worker dies within the freeze (it had read the history twice); each of the four after it, at reading the history.
    await instance.faults(
      { kind: 'kill-function', action: 'CreateSnapshots' },
      { kind: 'kill-function', action: 'ListCommands', skip: 2, times: 4 },
    );
    await instance.fire();
    for (let delivery = 1; delivery <= 5; delivery++) await instance.redeliver();
    await instance.hears('POSSIBLY FROZEN dead-letter');
    expect(await instance.closed()).toMatchObject({ thawed_by: 'post' });
    expect(instance.told().filter((told) => told.startsWith('POST'))).toEqual(['POST initiated', 'POST success']);
    expect(instance.calls('CreateSnapshots')).toHaveLength(1);
    expect(await instance.held()).toEqual(NOTHING);
    const { sandbox } = instance;
    const paused = () => sandbox.events.find(({ detail }) => brakeDetailSchema.safeParse(detail).data?.brake === 'policy-pause');
    expect((await sandbox.until(paused, 'the pause')).detail).toMatchObject({ execution_id: expect.stringContaining(instance.id) });
    const isCounted = () =>
      sandbox.functionLines().find((one) => one.function.includes('Rescue') && countedSchema.safeParse(one.line).success);
    await sandbox.until(isCounted, 'the rescue function to count it');
  });
});
