import { CreateSnapshotsCommand, DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { type Bench, openBench } from './support/bench';
import { instance, instanceId, volumeId } from './support/fleet';

let bench: Bench;
beforeEach(async () => {
  const { machine } = instance(1);
  const application = { start: 'serve', ready: 'true', verify: 'check the ledger' };
  bench = await openBench({ fleet: [instance(1, { machine: { ...machine, application } }), instance(2)] });
});
afterEach(() => bench.end());

const create = async (): Promise<readonly string[]> => {
  const { Snapshots = [] } = await bench.ec2.send(new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: instanceId(1) } }));
  return Snapshots.map(({ SnapshotId = '' }) => SnapshotId);
};
const state = async (): Promise<unknown> => (await fetch(`${bench.sandbox.endpoint}/_sandbox/state`)).json();

describe('the control routes', () => {
  it('run a shell text in an instance', async () => {
    expect(await bench.post('run', { instanceId: instanceId(2), script: 'ls' })).toEqual({
      status: 200,
      body: { code: 0, stdout: `${instanceId(2)}: ls`, stderr: '' },
    });
  });

  it('restore a set with the application’s own check, at the old mount points', async () => {
    const snapshotIds = await create();
    const { body } = await bench.post('verify', { instanceId: instanceId(1), snapshotIds });
    expect(body).toEqual({ code: 0, stdout: 'check the ledger /boot,/data,/log', stderr: '' });
    expect(await bench.sandbox.verify(instanceId(1), snapshotIds)).toEqual(body);
  });

  it('refuse to restore a snapshot of another instance', async () => {
    expect(await bench.post('verify', { instanceId: instanceId(2), snapshotIds: await create() })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('is no snapshot of a volume') },
    });
  });

  it('stop, start and reboot an instance, as EC2 and its machine see it', async () => {
    const stateName = async () =>
      (await bench.ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId(2)] }))).Reservations?.[0]?.Instances?.[0]?.State?.Name;
    const seen: unknown[] = [];
    for (const action of ['stop', 'start', 'reboot']) {
      await bench.post(`instances/${instanceId(2)}/${action}`);
      seen.push([await stateName(), bench.machines.running.has(instanceId(2))]);
    }
    expect(seen).toEqual([
      ['stopped', false],
      ['running', true],
      ['running', true],
    ]);
  });

  it('tell the state of everything', async () => {
    const [first = ''] = await create();
    expect(await state()).toMatchObject({
      ...{ time: '2026-11-21T02:30:00.000Z', mode: 'directory', frozen: {}, commands: [], functions: { running: 0, asynchronous: 0 } },
      instances: [{ id: instanceId(1), state: 'running', online: true }, { id: instanceId(2) }],
      snapshots: expect.arrayContaining([
        expect.objectContaining({ id: first, volumeId: volumeId(16), instanceId: instanceId(1), state: 'pending' }),
      ]),
    });
  });

  it('come to rest only when a pending set has ended', async () => {
    await create();
    let resting = false;
    const idle = bench.sandbox.idle().then(() => (resting = true));
    bench.clock.advance(1_000);
    await Promise.resolve();
    expect(resting).toBe(false);
    bench.clock.advance(1_000);
    await idle;
    expect(resting).toBe(true);
  });

  it.each([
    ['an unknown route', 'nothing', {}, 404],
    ['an unknown instance', 'run', { instanceId: 'i-0', script: '' }, 400],
    ['a fault with an unknown kind', 'faults', { kind: 'earthquake' }, 400],
    ['a fault with an unknown key', 'faults', { kind: 'late-failure', instance: 'i-0' }, 400],
    ['an unknown action', `instances/${instanceId(1)}/explode`, {}, 400],
  ])('refuse %s', async (_what, path, body, status) => {
    expect(await bench.post(path, body)).toMatchObject({ status, body: { error: expect.any(String) } });
  });
});

it('a request without a signature, or to a service that the sandbox has not, is told so', async () => {
  const ask = async (authorization: string) => {
    const response = await fetch(bench.sandbox.endpoint, { method: 'POST', headers: authorization === '' ? {} : { authorization } });
    return [response.status, await response.text()];
  };
  expect(await ask('')).toEqual([400, expect.stringContaining('no SigV4')]);
  expect(await ask('AWS4-HMAC-SHA256 Credential=x/20261121/eu-west-1/rds/aws4_request')).toEqual([
    400,
    expect.stringContaining('no service rds'),
  ]);
});

it('a latency fault holds the answer back, for its action only', async () => {
  bench.sandbox.addFault({ kind: 'latency', action: 'CreateSnapshots', ms: 5_000 });
  let answered = false;
  const creating = create().then(() => (answered = true));
  await bench.ec2.send(new DescribeInstancesCommand({}));
  expect(answered).toBe(false);
  while (!answered) {
    bench.clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await creating;
  expect(bench.lines('requests').find(({ action }) => action === 'CreateSnapshots')).toMatchObject({ status: 200 });
});

it('a fault lets the calls pass that it is told to skip, then applies as often as it is told', async () => {
  bench.sandbox.addFault({ kind: 'error', action: 'DescribeInstances', code: 'RequestLimitExceeded', skip: 1, times: 2 });
  for (let call = 0; call < 4; call++) await bench.ec2.send(new DescribeInstancesCommand({})).catch(() => undefined);
  const statuses = bench.lines('requests').flatMap(({ action, status }) => (action === 'DescribeInstances' ? [status] : []));
  expect(statuses).toEqual([200, 400, 400, 200]);
});
