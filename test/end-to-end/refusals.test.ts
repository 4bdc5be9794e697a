import { PLAN } from './harness/cases';
import { endToEnd } from './harness/end-to-end';
import { NOTHING } from './harness/instance';

const cases = {
  asleep: { state: 'stopped' },
  unmanaged: { agent: 'unmanaged' },
  offline: { agent: 'offline' },
  'no-contract': { script: { ExecutionHandler: 'no-contract' } },
  'no-document': { script: { ExecutionHandler: 'nobody-has-it' } },
  untagged: { script: { ExecutionHandler: 'untagged-orders' } },
  moved: { tags: { Backup: 'elsewhere' } },
  'windows-only': { script: { ExecutionHandler: 'windows-only' } },
  'too-short': { script: { ExecutionHandler: 'too-short' } },
  'without-fallback': { script: { ExecutionHandler: 'no-contract', ExecuteOperationOnScriptFailure: false } },
  'no-scripts': { script: null },
  'pre-only': { script: { ExecutionHandler: 'orders', Stages: ['PRE'] } },
  'post-only': { script: { ExecutionHandler: 'orders', Stages: ['POST'], ExecuteOperationOnScriptFailure: undefined } },
  late: {},
  'out-of-use': {},
} as const;

const HOUR_MS = 60 * 60_000;

endToEnd('executions without scripts, and refused ones', cases, ({ path }) => {
  path('asleep', 'a stopped instance: a set that says so', async (asleep) => {
    expect(await asleep.execution()).toMatchObject({ result: 'success', consistency: 'stopped', reason: 'instance-stopped', cause: '' });
    expect(asleep.told()).toEqual(['CLOSED stopped instance-stopped']);
    expect(await asleep.consistencyTags()).toEqual(['stopped instance-stopped']);
    expect(asleep.calls('SendCommand')).toEqual([]);
  });

  const refused = ['PRE failed 201'];

  path('unmanaged', 'an instance that Systems Manager does not know: crash-consistent, with that reason', async (unmanaged) => {
    expect(await unmanaged.execution()).toMatchObject({ result: 'failed', consistency: 'crash', cause: '201', attempts: 1 });
    expect(unmanaged.told()).toEqual([...refused, 'CLOSED crash agent-unmanaged']);
    expect(await unmanaged.consistencyTags()).toEqual(['crash agent-unmanaged']);
    expect(unmanaged.calls('SendCommand')).toEqual([]);
  });

  path('offline', 'an agent without connection: crash-consistent, with that reason', async (offline) => {
    expect(await offline.execution()).toMatchObject({ result: 'failed', consistency: 'crash', cause: '201' });
    expect(offline.told()).toEqual([...refused, 'CLOSED crash agent-offline']);
    expect(offline.calls('SendCommand')).toEqual([]);
  });

  path('no-contract', 'a document that breaks the contract is refused with every field', async (instance) => {
    const { detail } = await instance.execution();
    expect(instance.told()).toEqual([...refused, 'CLOSED crash document-refused']);
    expect(detail).toBe('document no-contract: parameters.executionId: missing; parameters.command: missing');
    expect(instance.calls('SendCommand')).toEqual([]);
  });

  path('no-document', 'a document that does not exist is refused by name', async (instance) => {
    const { detail } = await instance.execution();
    expect(instance.told()).toEqual([...refused, 'CLOSED crash document-refused']);
    expect(detail).toContain('nobody-has-it: InvalidDocument');
  });

  path('untagged', 'a document without DLM’s tag is refused before anything is sent, and the tag is named', async (instance) => {
    const { detail } = await instance.execution();
    expect(instance.told()).toEqual([...refused, 'CLOSED crash document-refused']);
    expect(detail).toContain('ssm:GetDocument');
    expect(detail).toContain('it must carry the tag DLMScriptsAccess = true');
    expect(instance.calls('SendCommand')).toEqual([]);
  });

  path('moved', 'a message for an instance without a target tag, lost or never had: nothing is frozen and nothing made', async (moved) => {
    await moved.message(new Date(), { script: PLAN });
    expect(await moved.closed()).toMatchObject({ result: 'failed', consistency: 'none', reason: 'not-a-target' });
    expect([...moved.calls('SendCommand'), ...moved.calls('CreateSnapshots')]).toEqual([]);
  });

  path('windows-only', 'a document for Windows alone is refused on Linux', async (instance) => {
    const { detail } = await instance.execution();
    expect(instance.told()).toEqual([...refused, 'CLOSED crash document-refused']);
    expect(detail).toBe('document windows-only is for Windows, the instance runs Linux');
    expect(instance.calls('SendCommand')).toEqual([]);
  });

  path('too-short', 'a guardian that would let go within 10 s is refused', async (instance) => {
    await instance.execution();
    expect(instance.told()).toEqual([...refused, 'CLOSED crash auto-thaw-too-short']);
    expect(instance.calls('SendCommand')).toEqual([]);
  });

  path('without-fallback', 'refused, with ExecuteOperationOnScriptFailure false: no set', async (instance) => {
    expect(await instance.execution()).toMatchObject({ result: 'failed', consistency: 'none', reason: 'document-refused', resources: [] });
    expect(await instance.snapshots()).toEqual([]);
  });

  path('no-scripts', 'a policy without scripts: a crash-consistent set is what it asks for', async (instance) => {
    expect(await instance.execution()).toMatchObject({ result: 'success', consistency: 'crash', cause: '', freeze_window_ms: null });
    expect(instance.told()).toEqual(['CLOSED crash no-scripts']);
    expect(await instance.consistencyTags()).toEqual(['crash no-scripts']);
  });

  path('pre-only', 'PRE alone: reported', async (instance) => {
    await instance.order('pre', 0);
    expect(await instance.execution()).toMatchObject({ result: 'success', consistency: 'reported' });
    expect(instance.told()).toEqual(['PRE initiated', 'PRE success', 'CLOSED reported pre-only']);
  });

  path('post-only', 'POST alone: the set first, then the script', async (instance) => {
    await instance.order('post', 0);
    expect(await instance.execution()).toMatchObject({ result: 'success', consistency: 'crash' });
    expect(instance.told()).toEqual(['POST initiated', 'POST success', 'CLOSED crash post-only']);
    const [set] = instance.calls('CreateSnapshots');
    const [sent] = instance.calls('SendCommand');
    expect(new Date(sent?.time ?? 0) > new Date(set?.time ?? Number.NaN)).toBe(true);
  });

  path('late', 'more than 60 minutes after the due minute: expired, nothing done', async (late) => {
    await late.message(new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS - 60_000));
    expect(await late.closed()).toMatchObject({ result: 'failed', consistency: 'none', reason: 'expired' });
    expect(late.told()).toEqual(['CLOSED none expired']);
    expect(await late.snapshots()).toEqual([]);
  });

  path('out-of-use', 'the policy is gone by the time that the message comes: nothing done', async (instance) => {
    await instance.message(new Date(), { policyId: 'removed' });
    expect(await instance.closed()).toMatchObject({ result: 'failed', consistency: 'none', reason: 'policy-disabled' });
    expect(await instance.snapshots()).toEqual([]);
    expect(await instance.held()).toEqual(NOTHING);
  });
});
