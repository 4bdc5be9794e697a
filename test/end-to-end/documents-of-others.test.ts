import { attemptId } from '../../lambda/core/ids';
import { HANA_DOCUMENT } from '../../lambda/core/policy/execution-handler';
import { ACCOUNT, REGION } from '../support/sandbox';
import { SHARED_ORDERS, SHARING_ACCOUNT } from './harness/cases';
import { endToEnd } from './harness/end-to-end';
import { type Instance, NOTHING } from './harness/instance';

const arn = (account: string, name: string, region = REGION): string => `arn:aws:ssm:${region}:${account}:document/${name}`;
const handler = (ExecutionHandler: string, more: object = {}) => ({ script: { ExecutionHandler, ...more } });

const cases = {
  hana: handler(HANA_DOCUMENT, { ExecuteOperationOnScriptFailure: false }),
  'hana-by-arn': handler(arn('', HANA_DOCUMENT)),
  'own-by-arn': handler(arn(ACCOUNT, 'orders')),
  'own-without-tag': handler(arn(ACCOUNT, 'untagged-orders')),
  shared: handler(arn(SHARING_ACCOUNT, 'shared-orders')),
  'shared-by-name': handler('shared-orders'),
  'not-shared': handler(arn(SHARING_ACCOUNT, 'orders')),
  'of-another-region': handler(arn(ACCOUNT, 'orders', 'us-east-1')),
};

const WAY = ['PRE initiated', 'PRE success', 'POST initiated', 'POST success', 'CLOSED reported no-result-line'];
const REFUSED = ['PRE failed 201', 'CLOSED crash document-refused'];

/** What the stand-in for HANA's document wrote: the script, the attempt, and the value of a parameter that it was not given. */
const catalogue = async (instance: Instance) => (await instance.run('cat /run/hana/catalogue')).stdout.trim().split('\n');

endToEnd('documents of AWS, of other accounts, by name and ARN', cases, ({ path }) => {
  path('hana', 'SAP HANA by the managed document’s name: the command contract, and no other parameter', async (hana) => {
    const { execution_id: id } = await hana.execution();
    expect(hana.told()).toEqual(WAY);
    const uuid = attemptId(id, 1);
    expect(await catalogue(hana)).toEqual([`PREPARED ${uuid} as-declared`, `CLOSED ${uuid} as-declared`]);
    expect(await hana.consistencyTags()).toEqual(['reported no-result-line']);
    expect(await hana.held()).toEqual(NOTHING);
  });

  path('hana-by-arn', 'a failed pre-script of HANA’s gets no recovery thaw, which would close a backup that is none', async (hana) => {
    await hana.run('mkdir -p /run/hana && echo 201 >/run/hana/fail');
    expect(await hana.execution()).toMatchObject({ result: 'failed', consistency: 'crash', cause: '201' });
    expect(hana.told()).toEqual(['PRE initiated', 'PRE failed 201', 'POSSIBLY FROZEN not-thawed', 'CLOSED crash pre-failed']);
    expect(await catalogue(hana)).toEqual([expect.stringMatching(/^PREPARED /)]);
  });

  path('own-by-arn', 'a document of this account by its ARN', async (instance) => {
    await instance.execution();
    expect(instance.told()).toEqual(WAY);
  });

  path('own-without-tag', 'one of this account needs the tag by its ARN, too', async (instance) => {
    const { detail } = await instance.execution();
    expect(instance.told()).toEqual(REFUSED);
    expect(detail).toContain('it must carry the tag DLMScriptsAccess = true');
  });

  path('shared', 'a shared document that its owner changes during the freeze: post runs what pre ran', async (shared) => {
    await shared.faults({ kind: 'latency', action: 'CreateSnapshots', ms: 1_500 });
    await shared.fire();
    await shared.until(true);
    const content = SHARED_ORDERS.content.replace(/fsfreeze -u \/data.*/, 'exit 1 ;;');
    await shared.sandbox.control('POST', 'documents', { ...SHARED_ORDERS, content });
    expect(await shared.closed()).toMatchObject({ result: 'success' });
    expect(shared.told()).toEqual(WAY);
    expect(await shared.held()).toEqual(NOTHING);
  });

  path('shared-by-name', 'another account’s document is not known by its name', async (instance) => {
    const { detail } = await instance.execution();
    expect(instance.told()).toEqual(REFUSED);
    expect(detail).toContain('shared-orders: InvalidDocument');
  });

  path('not-shared', 'a document that another account does not share is refused by its ARN', async (instance) => {
    const { detail } = await instance.execution();
    expect(instance.told()).toEqual(REFUSED);
    expect(detail).toContain(`${arn(SHARING_ACCOUNT, 'orders')}: InvalidDocument`);
  });

  path('of-another-region', 'an ARN of another region is refused without a call', async (instance) => {
    const { detail } = await instance.execution();
    expect(instance.told()).toEqual(REFUSED);
    expect(detail).toBe(`document ${arn(ACCOUNT, 'orders', 'us-east-1')} is of region us-east-1, allowed: one of ${REGION}`);
    expect(instance.calls('SendCommand')).toEqual([]);
  });
});
