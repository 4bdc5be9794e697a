import { BRAKE_DETAIL_TYPE } from '../../lambda/core/event/brake-event';
import { REMOVED_DETAIL_TYPE, removedDetailSchema } from '../../lambda/core/event/removed-event';
import { editedAssembly, resourceOf, withTimeout, withVariable } from '../rights/edited-assembly';
import { assemblyOf } from '../support/sandbox-assembly';
import { PLAN, policyOf } from './harness/cases';
import { endToEnd } from './harness/end-to-end';
import { type Instance, NOTHING } from './harness/instance';

const GROUP = { 'stillpoint:group': 'pair' };
const cases = {
  'taken-out': { script: { ExecutionHandler: 'two-steps' } }, // a stranger's, named by no other policy
  'taken-out-late': { under: 'taken-out' },
  renamed: {},
  changed: { script: { MaximumRetryCount: 1 } },
  'later-release': { script: { ExecutionHandler: 'long-thaw' } },
  pair: { script: { ExecutionHandler: 'orders', ExecutionTimeout: 60 }, tags: GROUP },
  'other-of-pair': { under: 'pair', tags: GROUP },
} as const;

/** A post-script that does not end before somebody lets it. */
const UNTIL_TOLD = 'until [ -e /run/orders/go ]; do sleep 0.1; done; fsfreeze -u /data; exit 0';

const WAY = ['PRE initiated', 'PRE success', 'POST initiated', 'POST success'];

/**
 * The next release: a policy less, other target tags, and our document has become one that neither freezes nor thaws. Its removal gives up after
 * 12 s (of its time a minute is kept for the end), and believes after 1 s that all is quiet.
 */
const nextRelease = async (): Promise<string> => {
  const policies = {
    renamed: policyOf('renamed', { ...cases.renamed, targetTags: [{ Key: 'Backup', Value: 'others' }] }),
    changed: policyOf('changed', cases.changed),
    'later-release': policyOf('later-release', cases['later-release']),
    pair: policyOf('pair', cases.pair),
  };
  return editedAssembly(await assemblyOf({ policies }), (resources) => {
    const [, { Properties = {} }] = resourceOf(resources, 'AWS::SSM::Document', 'stillpointfilesystem');
    const text = JSON.stringify(Properties['Content']).replace('#!/bin/bash\\n', '#!/bin/bash\\nexit 202\\n');
    Properties['Content'] = JSON.parse(text);
    withTimeout('RemovalServiceFunction', 72)(resources);
    withVariable('RemovalServiceFunction', 'QUIET_SECONDS', '1')(resources);
  });
};

const frozenNow = async (...instances: readonly Instance[]): Promise<void> => {
  for (const instance of instances) await instance.faults({ kind: 'latency', action: 'CreateSnapshots', ms: 5_000 });
  await Promise.all(instances.map((instance) => instance.fire()));
  await Promise.all(instances.map((instance) => instance.preSucceeded()));
};

endToEnd('in the middle of freezes', cases, ({ alone }) => {
  alone('taken-out', 'a deployment lets everything that is frozen end thawed, as it began', async (takenOut, others) => {
    const { sandbox } = takenOut;
    const [renamed, changed] = [others('renamed'), others('changed')];
    const next = await nextRelease();
    await frozenNow(takenOut, renamed, changed);
    const deployed = sandbox.deploy(next);

    expect(await takenOut.closed()).toMatchObject({ result: 'success', consistency: 'reported' });
    expect(takenOut.told()).toEqual([...WAY, 'CLOSED reported no-result-line']);
    expect(await renamed.closed()).toMatchObject({ result: 'success', reason: 'proven', thawed_by: 'post' });
    expect(renamed.told()).toEqual([...WAY, 'CLOSED application proven']);
    expect(await changed.closed()).toMatchObject({ result: 'success', reason: 'proven', thawed_by: 'post' });
    expect(changed.told()).toEqual([...WAY, 'CLOSED application proven']);
    for (const instance of [takenOut, renamed, changed]) expect(await instance.held()).toEqual(NOTHING);
    expect(await deployed).toEqual({ status: 'COMPLETE', reasons: [] });
    expect(takenOut.calls('SendCommand').map(({ status }) => status)).toEqual([200, 200]);

    const late = others('taken-out-late'); // planned before its policy was taken out
    expect(await late.closed()).toMatchObject({ consistency: 'reported' });
    await late.message(new Date(Date.now() - 20 * 60_000), { script: { ...PLAN, executionHandler: 'two-steps' } }); // of another minute: that is another execution
    expect(await late.closed(2)).toMatchObject({ consistency: 'none', reason: 'policy-disabled' });
    expect(late.calls('SendCommand')).toHaveLength(2);
  });

  alone('later-release', 'a message of another release begins nothing, and what its execution left frozen is thawed', async (instance) => {
    const due = new Date();
    const script = { ...PLAN, executionHandler: 'long-thaw' };
    await instance.faults({ kind: 'kill-function', action: 'CreateSnapshots' });
    await instance.message(due, { script });
    await instance.called('CreateSnapshots');
    expect(await instance.frozen()).toEqual(['/data']);
    await instance.message(due, { version: 2, script, messageGroupId: 'another-group' }); // the other message is not back yet
    expect(await instance.closed()).toMatchObject({ attempts: 1, thawed_by: 'post' });
    expect(instance.told().filter((told) => told.startsWith('POST'))).toEqual(['POST initiated', 'POST success']);
    expect(await instance.held()).toEqual(NOTHING);
    await instance.redeliver(); // the dead worker's message: a duplicate by now
    await instance.sandbox.idle();
    expect(instance.calls('CreateSnapshots')).toHaveLength(1);
    expect(instance.calls('SendCommand')).toHaveLength(2);
  });

  alone('pair', 'removing the stack lets what runs end thawed, refuses what waits, and tells what stays', async (pair, others) => {
    const { sandbox } = pair;
    const other = others('other-of-pair');
    for (const instance of [pair, other]) await instance.order('post', UNTIL_TOLD);
    await pair.fire();
    const [running, waiting] = await Promise.race([
      pair.preSucceeded().then(() => [pair, other] as const),
      other.preSucceeded().then(() => [other, pair] as const),
    ]);

    const failed = await sandbox.destroy();
    expect(failed.status).toBe('FAILED');
    expect(failed.reasons).toEqual([expect.stringContaining(`/${running.id}`)]);
    expect(await running.frozen()).toEqual(['/data']);

    const destroyed = sandbox.destroy();
    await running.run('touch /run/orders/go');
    expect(await destroyed).toEqual({ status: 'COMPLETE', reasons: [] });
    expect(await running.closed()).toMatchObject({ result: 'success', consistency: 'reported' });
    expect(await waiting.closed()).toMatchObject({ result: 'failed', consistency: 'none', reason: 'stack-removed' });
    expect(waiting.calls('SendCommand')).toEqual([]);
    for (const instance of [running, waiting]) expect(await instance.held()).toEqual(NOTHING);

    const ours = sandbox.events.filter(({ source }) => source === 'stillpoint');
    expect(ours.filter((event) => event['detail-type'] === BRAKE_DETAIL_TYPE)).toHaveLength(1);
    expect(ours.at(-1)?.['detail-type']).toBe(REMOVED_DETAIL_TYPE);
    const told = removedDetailSchema.parse(ours.at(-1)?.detail);
    const policies = told.policies.map(({ policy_id, sets }) => [policy_id.replace(/.*\//, ''), sets]);
    expect(policies).toEqual([
      ['changed', 1],
      ['later-release', 1],
      ['pair', 1],
      ['renamed', 1],
      ['taken-out', 2],
    ]);
    const { snapshots, queues } = await sandbox.state();
    expect(snapshots).toHaveLength(told.snapshots);
    expect(queues).toEqual({});
  });
});
