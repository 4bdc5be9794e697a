import type { ExecutionMessage } from '../../lambda/core/execution-message';
import { readMessage } from '../../lambda/core/read-message';

const MESSAGE: ExecutionMessage = {
  version: 1,
  policyId: 'nightly',
  due: '2026-11-21T03:00:00.000Z',
  schedules: ['daily'],
  instanceId: 'i-0123456789abcdef0',
  instanceState: 'running',
  agent: 'online',
  messageGroupId: 'i-0123456789abcdef0',
  script: {
    stages: ['pre', 'post'],
    executionHandler: 'stillpoint-mysql',
    executeOperationOnScriptFailure: true,
    executionTimeout: 30,
    maximumRetryCount: 2,
    recoveryThaw: 'never',
    retryPause: 60,
  },
  attempt: 2,
  thawOnly: false,
};
const read = (message: object): ExecutionMessage | undefined => readMessage(JSON.stringify(message));

describe('a message', () => {
  it('of this release is taken as it is', () => {
    expect(read(MESSAGE)).toEqual(MESSAGE);
  });

  it('may have more fields than this release knows: they are passed over', () => {
    expect(read({ ...MESSAGE, priority: 'high' })).toEqual(MESSAGE);
  });

  it.each([
    ['of a later version', { ...MESSAGE, version: 2 }],
    ['without a version', { ...MESSAGE, version: undefined }],
    ['with a field that has become another type', { ...MESSAGE, attempt: { number: 2 } }],
  ])('%s begins nothing and thaws, with the script that it names', (_what, message) => {
    expect(read(message)).toMatchObject({ version: 1, instanceId: MESSAGE.instanceId, thawOnly: true, script: MESSAGE.script });
  });

  it('whose script is told in another way still names the document to thaw with', () => {
    const script = { executionHandler: 'stillpoint-mysql', executionTimeout: 'PT30S', stages: 'both' };
    expect(read({ ...MESSAGE, version: 2, script })).toMatchObject({
      thawOnly: true,
      script: { executionHandler: 'stillpoint-mysql', executionTimeout: 120, stages: ['pre', 'post'], maximumRetryCount: 0 },
    });
  });

  it('of a set by VSS, told in another way, is no script to thaw with', () => {
    const script = { executionHandler: 'AWS_VSS_BACKUP', document: 'AWSEC2-NewestVss', maximumRetryCount: 'many' };
    const vss = { executionHandler: 'AWS_VSS_BACKUP', document: 'AWSEC2-VssInstallAndSnapshot', maximumRetryCount: 0, retryPause: 0 };
    expect(read({ ...MESSAGE, version: 2, script })).toMatchObject({ thawOnly: true, script: vss });
    expect(read({ ...MESSAGE, version: 2, script })).not.toHaveProperty('script.stages');
  });

  it('without scripts has nothing to thaw', () => {
    const { script: _script, ...plain } = MESSAGE;
    expect(read({ ...plain, version: 2 })).not.toHaveProperty('script');
  });

  it.each(['', 'hello', '{}', '[]', '{"version":2}', JSON.stringify({ ...MESSAGE, version: 2, due: 'soon' })])('is not %j', (body) => {
    expect(readMessage(body)).toBeUndefined();
  });
});
