import { describeWith } from '../support/capabilities';
import { TestFleet, type TestMachine, testVolume } from '../support/machines';
import { REAL } from './needs';

/** Two counters, one on each volume; the second is never ahead of the first, and at most one behind. */
const COUNTERS = 'n=0; while true; do n=$((n + 1)); echo $n >> "$STILLPOINT_ROOT/first/n"; echo $n >> "$STILLPOINT_ROOT/second/n"; done';

describeWith(REAL, 'snapshots of a real instance', () => {
  const first = testVolume('ext4', '/first');
  const second = testVolume('xfs', '/second');
  const restored = (name: string) => [
    { volume: first, snapshotId: `snap-${name}-1` },
    { volume: second, snapshotId: `snap-${name}-2` },
  ];
  const take = (name: string) => fleet.snapshot({ [first.id]: `snap-${name}-1`, [second.id]: `snap-${name}-2` });
  let fleet: TestFleet;
  let machine: TestMachine;

  beforeAll(async () => {
    fleet = await TestFleet.open();
    machine = await fleet.machine({
      id: 'i-00000000000000007',
      volumes: [first, second],
      application: { start: COUNTERS, ready: 'test -s /second/n', verify: 'true' },
    });
    await machine.start();
  });
  afterAll(() => fleet.close());

  test('a set is one point in time, ten times of ten, although the volumes are being written', async () => {
    for (let round = 0; round < 10; round++) {
      await take(`point${round}`);
      const { stdout } = await fleet.verify(restored(`point${round}`), 'for f in first second; do tail -n 1 $RESTORED/$f/n; done');
      const [ahead = 0, behind = 0] = stdout.trim().split('\n').map(Number);
      expect(ahead).toBeGreaterThan(0);
      expect([0, 1]).toContain(ahead - behind);
    }
  }, 120_000);

  test('what it holds while copying, it lets go; what the instance holds, it leaves', async () => {
    await machine.run('fsfreeze -f /second');
    await take('held');
    expect(await machine.frozen()).toEqual(['/second']);
    await machine.run('fsfreeze -u /second');
    await take('free');
    expect(await machine.frozen()).toEqual([]);
  });

  test('verify works on a copy: the snapshot stays as it was', async () => {
    await take('kept');
    const look = 'ls $RESTORED/first; touch $RESTORED/first/made-by-verify';
    expect((await fleet.verify(restored('kept'), look)).stdout).not.toContain('made-by-verify');
    expect((await fleet.verify(restored('kept'), look)).stdout).not.toContain('made-by-verify');
  });

  test('a copy stays when its snapshot is deleted', async () => {
    await take('source');
    for (const part of [1, 2]) {
      await fleet.copySnapshot(`snap-source-${part}`, `snap-copy-${part}`);
      await fleet.deleteSnapshot(`snap-source-${part}`);
    }
    expect((await fleet.verify(restored('copy'), 'test -s $RESTORED/first/n && test -s $RESTORED/second/n')).code).toBe(0);
  });

  test('verify hands back the script’s exit code and output', async () => {
    expect(await fleet.verify(restored('kept'), 'echo found; echo odd >&2; exit 7')).toEqual({
      code: 7,
      stdout: 'found\n',
      stderr: 'odd\n',
    });
  });

  test('volumes of a stopped instance are copied too', async () => {
    const volume = testVolume('ext4', '/data');
    const off = await fleet.machine({ id: 'i-00000000000000008', volumes: [volume] });
    await off.start();
    await off.run('echo here > /data/file');
    await off.stop();
    await fleet.snapshot({ [volume.id]: 'snap-off' });
    expect((await fleet.verify([{ volume, snapshotId: 'snap-off' }], 'cat $RESTORED/data/file')).stdout).toBe('here\n');
  });

  test('a volume made from a snapshot begins with its content, and is one of its own', async () => {
    const volume = testVolume('xfs', '/data');
    const off = await fleet.machine({ id: 'i-0000000000000000e', volumes: [volume] });
    await off.start();
    await off.run('echo here > /data/file');
    await off.stop();
    await fleet.snapshot({ [volume.id]: 'snap-first' });
    const copies = ['i-0000000000000000c', 'i-0000000000000000d'].map((id) =>
      fleet.machine({ id, volumes: [{ ...testVolume('xfs', '/data'), snapshotId: 'snap-first' }] }),
    );
    const [one, other] = await Promise.all(copies);
    await Promise.all([one?.start(), other?.start()]);
    await one?.run('echo more >> /data/file');
    expect((await one?.run('cat /data/file'))?.stdout).toBe('here\nmore\n');
    expect((await other?.run('cat /data/file'))?.stdout).toBe('here\n');
  });

  test('a set that fails leaves no snapshot, and nothing frozen', async () => {
    await fleet.snapshot({ [first.id]: 'snap-taken' });
    await expect(fleet.snapshot({ [first.id]: 'snap-half', [second.id]: 'bad/id' })).rejects.toThrow('not a volume or snapshot id');
    await expect(fleet.snapshot({ [first.id]: 'snap-half', 'vol-unknown': 'snap-other' })).rejects.toThrow('no such volume');
    await expect(fleet.verify([{ volume: first, snapshotId: 'snap-half' }], 'true')).rejects.toThrow('snap-half');
    expect(await machine.frozen()).toEqual([]);
  });

  test('a deleted snapshot is gone', async () => {
    await take('gone');
    await fleet.deleteSnapshot('snap-gone-1');
    await expect(fleet.verify(restored('gone'), 'true')).rejects.toThrow('snap-gone-1');
  });
});
