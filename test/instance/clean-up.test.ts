import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { VolumeSpec } from '../../sandbox/instance';
import { describeWith } from '../support/capabilities';
import { document, TestFleet, type TestMachine, testVolume } from '../support/machines';
import { REAL } from './needs';

const APPLICATION = 'setsid bash -c "while true; do date >> /data/log; date >> /ledger/log; sleep 0.01; done"';

/** Loop devices on the images of these volumes. */
const loops = (volumes: readonly VolumeSpec[]): readonly string[] =>
  readdirSync('/sys/block').filter((name) => {
    try {
      const image = readFileSync(`/sys/block/${name}/loop/backing_file`, 'utf8');
      return volumes.some(({ id }) => image.includes(id));
    } catch {
      return false;
    }
  });

/** Processes in a mount namespace that shows something below the folder, or that name it in their arguments. */
const processes = (folder: string): readonly string[] =>
  readdirSync('/proc').filter((name) => {
    try {
      if (!/^\d+$/.test(name) || readlinkSync(`/proc/${name}/ns/mnt`) === readlinkSync('/proc/self/ns/mnt')) return false;
      return (
        readFileSync(`/proc/${name}/mountinfo`, 'utf8').includes(folder) || readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(folder)
      );
    } catch {
      return false;
    }
  });

/** Pids outside of the first processes of instances. */
const pidsOfInit = (folder: string): readonly string[] =>
  processes(folder).filter((pid) => {
    const [command, script] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return command === 'bash' && script?.endsWith('instance-init.sh');
  });

describeWith(REAL, 'clean-up', () => {
  let fleet: TestFleet;
  let machine: TestMachine;
  let volumes: readonly VolumeSpec[];
  let mounts: string;

  beforeEach(async () => {
    volumes = [testVolume('ext4', '/data'), testVolume('xfs', '/ledger')];
    mounts = execFileSync('mount', { encoding: 'utf8' });
    fleet = await TestFleet.open();
    machine = await fleet.machine({
      id: 'i-00000000000000006',
      volumes,
      application: { start: APPLICATION, ready: 'test -s /ledger/log', verify: 'true' },
    });
    await machine.start();
    expect(loops(volumes)).toHaveLength(2);
    expect(processes(fleet.folder)).not.toEqual([]);
  });

  afterEach(async () => {
    await fleet.close();
    rmSync(fleet.folder, { recursive: true, force: true });
  });

  /** Frozen, with a writer that hangs on it and a guardian that has left the script's session. */
  const freezeHard = async (): Promise<void> => {
    await machine.run('fsfreeze -f /data; fsfreeze -f /ledger; setsid sleep 1000 < /data > /dev/null 2>&1 & true');
    await machine.run('until grep -qs "^State:.D" /proc/[0-9]*/status; do sleep 0.01; done');
  };

  /** What must come by itself, waited for up to the test's own time limit. */
  const expectNothingLeft = async (): Promise<void> => {
    while (processes(fleet.folder).length > 0 || loops(volumes).length > 0) await pause(20);
    expect(execFileSync('mount', { encoding: 'utf8' })).toBe(mounts);
  };

  test('close in the middle of a freeze leaves nothing mounted, attached or running', async () => {
    await freezeHard();
    await fleet.close();
    await expectNothingLeft();
  });

  test('SIGKILL to the holder in the middle of a freeze leaves nothing either', async () => {
    await freezeHard();
    await fleet.kill();
    await expectNothingLeft();
  });

  test('TERM to pid 1 of an instance in the middle of a freeze thaws and ends it', async () => {
    await freezeHard();
    await machine.run('kill -TERM 1');
    await fleet.close();
    await expectNothingLeft();
  });

  test('SIGKILL to pid 1 of an instance in the middle of a freeze: stop thaws what outlived it', async () => {
    await freezeHard();
    const [init] = pidsOfInit(fleet.folder);
    process.kill(Number(init), 'SIGKILL');
    await machine.stop();
    await fleet.close();
    await expectNothingLeft();
  });

  test('close in the middle of a boot leaves nothing', async () => {
    const booting = await fleet.machine({
      id: 'i-00000000000000012',
      volumes: [],
      application: { start: 'sleep 1000', ready: 'touch /tmp/asked; false', verify: 'true' },
    });
    const start = booting.start();
    const refused = expect(start).rejects.toThrow();
    await fleet.close();
    await refused;
    await expectNothingLeft();
  });

  test('unmounting a frozen filesystem inside does not keep it frozen: it is thawed through its descriptor', async () => {
    await machine.run('fsfreeze -f /data; umount -l /data');
    await machine.stop();
    await fleet.close();
    await expectNothingLeft();
  });

  test('stop in the middle of a command ends it without a report', async () => {
    const command = machine.send({ document: document('sleep 1000') });
    await command.until(({ status }) => status === 'InProgress');
    await machine.stop();
    expect(command.updates.at(-1)?.status).toBe('InProgress');
    await fleet.close();
    await expectNothingLeft();
  });
});
