import { readFileSync } from 'node:fs';
import { document, TestFleet, testVolume } from '../support/machines';
import { ledger, ledgerVolumes } from './example';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/** As an ordinary user: nobody when the tests run as root, else who runs them. */
const openUnprivileged = (): Promise<TestFleet> =>
  TestFleet.open({ mode: 'directory', prefix: "stillpoint's test ", ...(isRoot && { uid: NOBODY }) });

/** Empty for a process that has ended, reaped or not. */
const commandLine = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

describe('a directory instance, as an ordinary user', () => {
  let fleet: TestFleet;
  beforeAll(async () => {
    fleet = await openUnprivileged();
  });
  afterAll(() => fleet.close());

  test('its mount points and its agent’s folder are below STILLPOINT_ROOT, and scripts run as the user', async () => {
    const machine = await fleet.machine({ id: 'i-00000000000000009', volumes: [testVolume('ext4', '/data/logs')] });
    await machine.start();
    const command = machine.send({ document: document('id -u', 'echo kept > "$STILLPOINT_ROOT/data/logs/file"', 'echo "$0"') });
    const { steps } = await command.ended;
    expect(steps[0]?.stdout).toContain('/i-00000000000000009/root/var/lib/amazon/ssm/');
    expect(steps[0]?.stdout.startsWith('0\n')).toBe(false);
    expect((await machine.run('cat "$STILLPOINT_ROOT/data/logs/file"')).stdout).toBe('kept\n');
    expect(await machine.frozen()).toEqual([]);
  });

  test('stop ends also what left its session', async () => {
    const machine = await fleet.machine({ id: 'i-0000000000000000a', volumes: [] });
    await machine.start();
    // In the moment of its exec a process has no command line that could be read.
    const begin = 'setsid sleep 1000 > /dev/null 2>&1 & until grep -q ^sleep "/proc/$!/cmdline"; do sleep 0.01; done; echo $!';
    const { stdout } = await machine.run(begin);
    expect(commandLine(stdout.trim())).not.toBe('');
    await machine.stop();
    expect(commandLine(stdout.trim())).toBe('');
  });

  test('the example application, held, restores whole, from a copy, too; not held, it does not', async () => {
    const [journal, book] = ledgerVolumes();
    const application = ledger();
    const machine = await fleet.machine({ id: 'i-0000000000000000b', volumes: [journal, book], application });
    await machine.start();
    const set = (name: string) => [
      { volume: journal, snapshotId: `snap-${name}-1` },
      { volume: book, snapshotId: `snap-${name}-2` },
    ];
    const take = (name: string) => fleet.snapshot(Object.fromEntries(set(name).map(({ volume, snapshotId }) => [volume.id, snapshotId])));
    await take('loose');
    const begin =
      'cd "$STILLPOINT_ROOT"/tmp; mkfifo in; setsid "$STILLPOINT_ROOT"/run/ledger hold < in > out 2>&1 & exec 3> "$STILLPOINT_ROOT"/tmp/in;';
    const hold = machine.run(`${begin} until [[ -e "$STILLPOINT_ROOT"/tmp/go ]]; do sleep 0.01; done; echo release >&3; wait $!`);
    await machine.run('until grep -q held "$STILLPOINT_ROOT"/tmp/out; do sleep 0.01; done');
    await take('held');
    await machine.run('touch "$STILLPOINT_ROOT"/tmp/go');
    expect((await hold).code).toBe(0);
    expect(await fleet.verify(set('loose'), application.verify)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('invariant broken'),
    });
    for (const part of [1, 2]) {
      await fleet.copySnapshot(`snap-held-${part}`, `snap-copy-${part}`);
      await fleet.deleteSnapshot(`snap-held-${part}`);
    }
    expect(await fleet.verify(set('copy'), application.verify)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('invariant holds'),
    });
  });
});
