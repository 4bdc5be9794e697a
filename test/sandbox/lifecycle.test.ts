import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Machines } from '../../sandbox/aws/machines';
import type { Sandbox } from '../../sandbox/ports';
import { createSandbox, type SandboxInternals } from '../../sandbox/sandbox';
import { writeAssembly } from './support/assembly';
import { createFakeMachines, type FakeMachines } from './support/fake-machines';
import { instance, instanceId } from './support/fleet';

let folder: string;
let machines: FakeMachines;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
  machines = createFakeMachines();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const create = (
  internals: SandboxInternals = { createMachines: async () => machines },
  assembly = writeAssembly(join(folder, 'assembly'), {}),
): Sandbox =>
  createSandbox(
    {
      ...{ assembly, region: 'eu-west-1', accountId: '111122223333', documents: [], faults: [], port: 0 },
      fleet: [instance(1), instance(2, { state: 'stopped' })],
      outputFolder: join(folder, 'output'),
    },
    internals,
  );

describe('a sandbox', () => {
  it('boots the running instances, and leaves the stopped ones', async () => {
    const sandbox = create();
    await sandbox.start();
    expect([...machines.running]).toEqual([instanceId(1)]);
    await sandbox.stop();
  });

  it('stops once, however often it is told, and its port is closed', async () => {
    const sandbox = create();
    await sandbox.start();
    const { endpoint } = sandbox;
    await Promise.all([sandbox.stop(), sandbox.stop()]);
    await sandbox.stop();
    expect(machines.closed).toBe(true);
    await expect(fetch(endpoint)).rejects.toThrow();
  });

  it('can be stopped before it was started', async () => {
    await expect(create().stop()).resolves.toBeUndefined();
  });

  it('boots nothing when it is stopped while its machines are made', async () => {
    let made: (value: Machines) => void = () => undefined;
    const sandbox = create({ createMachines: () => new Promise((resolve) => (made = resolve)) });
    const started = sandbox.start();
    const stopped = sandbox.stop();
    made(machines);
    await Promise.all([started, stopped]);
    expect(machines.running.size).toBe(0);
    expect(machines.closed).toBe(true);
  });

  it('closes the machines of a start that failed', async () => {
    const sandbox = create(undefined, join(folder, 'missing'));
    await expect(sandbox.start()).rejects.toThrow(/manifest\.json/);
    await sandbox.stop();
    expect(machines.closed).toBe(true);
  });

  it('refuses a document that is none, by its name', async () => {
    const assembly = writeAssembly(join(folder, 'assembly'), {
      Bad: { Type: 'AWS::SSM::Document', Properties: { Name: 'bad', Content: { schemaVersion: '2.2' } } },
    });
    const sandbox = create(undefined, assembly);
    await expect(sandbox.start()).rejects.toThrow(/document bad: .*mainSteps/);
    await sandbox.stop();
  });

  it('refuses a template with a resource that it does not emulate, unless it is known to do without', async () => {
    const alarm = { Type: 'AWS::CloudWatch::Alarm', Properties: {} };
    const machine = { Type: 'AWS::StepFunctions::StateMachine', Properties: {} };
    const sandbox = create(undefined, writeAssembly(join(folder, 'assembly'), { Alarm: alarm, Machine: machine }));
    await expect(sandbox.start()).rejects.toThrow(/does not emulate AWS::StepFunctions::StateMachine$/);
    await sandbox.stop();
  });

  it('leaves its output files and nothing of the machines', async () => {
    const sandbox = create({
      createMachines: async (path) => {
        mkdirSync(path, { recursive: true });
        return machines;
      },
    });
    await sandbox.start();
    await sandbox.stop();
    expect(readdirSync(join(folder, 'output')).sort()).toEqual(['events.jsonl', 'functions.jsonl', 'requests.jsonl', 'rights.jsonl']);
  });
});
