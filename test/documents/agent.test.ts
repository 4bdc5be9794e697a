import { randomUUID } from 'node:crypto';
import { findResultLine } from '../../lambda/core/result-line';
import { describeWith } from '../support/capabilities';
import { TestFleet, type TestMachine, testVolume } from '../support/machines';
import { type DocumentName, documentNamed } from './support/rendered';

jest.setTimeout(120_000);

/** The documents as the sandbox's agent runs them, with its limits, and on its instances. */
describeWith(['mount-namespaces', 'loop-devices', 'ext4', 'xfs'], 'documents run by the agent', () => {
  const data = testVolume('ext4', '/data');
  const logs = testVolume('xfs', '/data/logs');
  let fleet: TestFleet;
  let machine: TestMachine;
  beforeAll(async () => {
    fleet = await TestFleet.open();
    machine = await fleet.machine({ id: 'i-0000000000000000d', volumes: [data, logs] });
    await machine.start();
  });
  afterAll(() => fleet.close());

  const send = (name: DocumentName, parameters: Readonly<Record<string, string>>) => {
    const lists = Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, [value]]));
    return machine.send({ document: documentNamed(name), parameters: lists });
  };
  const run = async (name: DocumentName, parameters: Readonly<Record<string, string>>) => {
    const { status, steps } = await send(name, parameters).ended;
    return { status, code: steps[0]?.responseCode, line: findResultLine(steps[0]?.stdout ?? '') };
  };
  const frozen = async () => [...(await machine.frozen())].sort();

  test('pre holds both volumes, whose ids it tells, and post releases them', async () => {
    const executionId = randomUUID();
    const held = await run('filesystem', { executionId, command: 'pre-script' });
    expect(held).toMatchObject({ status: 'Success', code: 0, line: { result: 'held' } });
    expect(held.line?.filesystems).toMatchObject([
      { mount: '/data/logs', type: 'xfs', held: true, volumes: [logs.id] },
      { mount: '/data', type: 'ext4', held: true, volumes: [data.id] },
    ]);
    expect(await frozen()).toEqual(['/data', '/data/logs']);

    expect(await run('filesystem', { executionId, command: 'post-script' })).toMatchObject({
      status: 'Success',
      line: { result: 'released' },
    });
    expect(await frozen()).toEqual([]);
  });

  test('a cause is the response code of a failed invocation', async () => {
    expect(await run('filesystem', { executionId: randomUUID(), command: 'post-script' })).toMatchObject({ status: 'Failed', code: 205 });
  });

  test('without parameters it is a dry run', async () => {
    expect(await run('filesystem', {})).toMatchObject({ status: 'Success', code: 0 });
    expect(await frozen()).toEqual([]);
  });
});
