import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '../support/capabilities';
import { TestFleet, type TestMachine, testVolume } from '../support/machines';
import { REAL } from './needs';

describeWith(REAL, 'a real instance', () => {
  const data = testVolume('ext4', '/data', { mountOptions: 'noatime' });
  const logs = testVolume('xfs', '/data/logs');
  const spare = testVolume('ext4', '/spare', { filesystem: 'none' });
  let fleet: TestFleet;
  let machine: TestMachine;
  beforeAll(async () => {
    fleet = await TestFleet.open();
    machine = await fleet.machine({ id: 'i-00000000000000003', volumes: [data, logs, spare] });
    await machine.start();
  });
  afterAll(() => fleet.close());
  const said = async (script: string): Promise<string> => (await machine.run(script)).stdout;

  test('its mount table is its own: the root, system folders and its volumes', async () => {
    const hostMounts = execFileSync('mount', { encoding: 'utf8' });
    const own = await said('findmnt -rno TARGET,FSTYPE | grep -vE "^/(proc|sys|dev|run|tmp)"');
    expect(own).toBe('/ overlay\n/data ext4\n/data/logs xfs\n');
    expect(await said('findmnt -no OPTIONS /data')).toContain('noatime');
    expect(hostMounts).not.toContain('/data/logs');
  });

  test('volume ids are found under /dev/disk/by-id, as NVMe names on EC2', async () => {
    const link = `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${data.id.replace('-', '')}`;
    expect(await said(`readlink -f ${link}`)).toBe(await said('findmnt -no SOURCE /data'));
  });

  test('it has System V memory of its own, of which nothing stays on the machine', async () => {
    const segments = 'ipcs -m | grep -o "^0x[0-9a-f]*"';
    await said('ipcmk -M 4096');
    const own = (await said(segments)).trim();
    expect(own).toMatch(/^0x[0-9a-f]+$/);
    expect(execFileSync('ipcs', ['-m'], { encoding: 'utf8' })).not.toContain(own);
  });

  test('it has a boot id of its own, and another after the next boot', async () => {
    const bootId = 'cat /proc/sys/kernel/random/boot_id';
    const first = await said(bootId);
    expect(first).toMatch(/^[0-9a-f-]{36}\n$/);
    expect(first).not.toBe(execFileSync('cat', ['/proc/sys/kernel/random/boot_id'], { encoding: 'utf8' }));
    expect(await said(`touch /data/kept; ${bootId}`)).toBe(first);
    await machine.stop();
    await machine.start();
    expect(await said(bootId)).not.toBe(first);
    expect(await said('ls /data/kept /run/lost 2>/dev/null')).toBe('/data/kept\n');
  });

  test('freezing its root is refused: no document can hang the machine', async () => {
    expect(await machine.run('fsfreeze -f /')).toMatchObject({ code: 1, stderr: expect.stringContaining('Operation not supported') });
  });

  test('what it writes outside its volumes does not reach the machine', async () => {
    await machine.run('touch /run/left-behind /etc/left-behind /var/lib/amazon/left-behind');
    expect(() => execFileSync('ls', ['/etc/left-behind'], { stdio: 'ignore' })).toThrow();
  });

  test('frozen() tells which filesystems are frozen, and changes nothing', async () => {
    expect(await machine.frozen()).toEqual([]);
    await machine.run('fsfreeze -f /data/logs; fsfreeze -f /data');
    expect(await machine.frozen()).toEqual(['/data', '/data/logs']);
    await machine.run('fsfreeze -u /data');
    expect(await machine.frozen()).toEqual(['/data/logs']);
    await machine.run('fsfreeze -u /data/logs');
    expect(await said('findmnt -no OPTIONS /data')).toContain('noatime');
  });

  test('no process of it is left as a zombie', async () => {
    const { stdout } = await machine.run('(setsid true & echo $!); (setsid true & echo $!)');
    const [one, other] = stdout.trim().split('\n');
    // A zombie keeps its place in /proc: the test would wait in vain.
    expect(await said(`while [[ -e /proc/${one} || -e /proc/${other} ]]; do sleep 0.01; done; echo reaped`)).toBe('reaped\n');
  });

  test('a script cannot signal what runs outside', async () => {
    expect((await machine.run(`kill -0 ${fleet.pid}`)).code).toBe(1);
  });
});

describe.each(['real', 'directory'] as const)('an application of a %s instance', (mode) => {
  const guard = mode === 'real' ? describeWith : (_: unknown, name: string, define: () => void) => describe(name, define);
  guard(REAL, 'starts and ends with it', () => {
    let fleet: TestFleet;
    beforeAll(async () => {
      fleet = await TestFleet.open({ mode });
    });
    afterAll(() => fleet.close());

    test('start waits until it is ready, and stop ends it with all its children', async () => {
      const machine = await fleet.machine({
        id: 'i-00000000000000004',
        volumes: [testVolume('ext4', '/data')],
        application: {
          start: 'setsid sleep 987654 & echo starting; (sleep 0.2; touch "$STILLPOINT_ROOT/data/up") & wait',
          ready: 'test -e "$STILLPOINT_ROOT/data/up"',
          verify: 'true',
        },
      });
      await machine.start();
      expect((await machine.run('test -e "$STILLPOINT_ROOT/data/up"')).code).toBe(0);
      await machine.stop();
      expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain('sleep 987654');
    });

    test('its folder is visible inside, also below /tmp, and to the check of a restored set', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'stillpoint-application-'));
      chmodSync(folder, 0o755);
      writeFileSync(join(folder, 'program.sh'), 'echo from the folder > "$STILLPOINT_ROOT/data/said"');
      const volume = testVolume('ext4', '/data');
      const application = {
        folder,
        start: `sh ${folder}/program.sh`,
        ready: 'test -s "$STILLPOINT_ROOT/data/said"',
        verify: `ls ${folder}; cat "$RESTORED/data/said"`,
      };
      const machine = await fleet.machine({ id: 'i-00000000000000013', volumes: [volume], application });
      await machine.start();
      await fleet.snapshot({ [volume.id]: 'snap-said' });
      const { stdout } = await fleet.verify([{ volume, snapshotId: 'snap-said' }], application.verify);
      rmSync(folder, { recursive: true });
      expect(stdout).toBe('program.sh\nfrom the folder\n');
    });

    test('one that fails is told with what it said', async () => {
      const application = { start: 'echo no database here; exit 3', ready: 'false', verify: 'true' };
      const machine = await fleet.machine({ id: 'i-00000000000000005', volumes: [], application });
      await expect(machine.start()).rejects.toThrow(/ended with 3[^]*no database here/);
    });
  });
});
