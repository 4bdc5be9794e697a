import { describeWith } from '../support/capabilities';
import { attempt, type Host, onHost } from './support/host';

jest.setTimeout(60_000);

const mounts = (filesystems: readonly { readonly mount: string; readonly held: boolean }[] | undefined) =>
  filesystems?.map(({ mount, held }) => [mount, held]);

describeWith(['mount-namespaces', 'loop-devices', 'ext4', 'xfs'], 'what is frozen', () => {
  const dryRun = async (host: Host, parameters: Readonly<Record<string, string>> = {}): Promise<unknown> => {
    const { code, stdout } = await host.run('filesystem', { command: 'dry-run', ...parameters });
    expect(code).toBe(0);
    expect(stdout.split('\n')).toHaveLength(2);
    return JSON.parse(stdout);
  };

  test(
    'inner before outer, and a filesystem in a file before the one that holds the file',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/early' });
      await host.volume({ mount: '/srv/outer', type: 'xfs' });
      await host.volume({ mount: '/srv/outer/nested' });
      await host.must('mkdir /srv/outer/files');
      await host.volume({ mount: '/srv/late', folder: '/srv/outer/files' });
      const { pre, post } = attempt();

      const held = await host.run('filesystem', pre);
      expect(mounts(held.line?.filesystems)).toEqual([
        ['/srv/late', true],
        ['/srv/outer/nested', true],
        ['/srv/outer', true],
        ['/srv/early', true],
      ]);
      expect(await host.run('filesystem', post)).toMatchObject({ code: 0 });
    }),
  );

  test(
    'the order holds when the holder was mounted after what lies in it',
    onHost(async (host) => {
      const device = await host.volume({ mount: '/srv/first', type: 'xfs' });
      await host.must('mkdir /srv/first/files /srv/second');
      await host.volume({ mount: '/srv/inside', folder: '/srv/first/files' });
      await host.must(`mount ${device} /srv/second && umount -l /srv/first`); // Now the holder's mount is the later one. Freezing it first would hang for good.

      expect(await dryRun(host)).toMatchObject({ freeze: [{ mount: '/srv/inside' }, { mount: '/srv/second' }] });
    }),
  );

  test(
    'read-only filesystems, swap areas and memory are left out',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.volume({ mount: '/srv/ro' });
      await host.must('mount -o remount,ro /srv/ro');
      // The loop device goes away with the process that holds it, and so with the host, whatever comes of the test.
      await host.must(`truncate -s 1M /srv/images/swap && mkswap /srv/images/swap && loop=$(losetup -f --show /srv/images/swap) &&
        { setsid sleep 600 7<"$loop" </dev/null >/dev/null 2>&1 & } &&
        for tries in {1..100}; do [[ ! -e /proc/$!/fd/7 ]] || break; sleep 0.02; done && losetup -d "$loop"`);
      await host.must('mkdir /srv/memory && mount -t tmpfs tmpfs /srv/memory');
      const { pre, post } = attempt();

      const held = await host.run('filesystem', pre);
      expect(mounts(held.line?.filesystems)).toEqual([['/srv/data', true]]);
      await host.run('filesystem', post);
    }),
  );

  test(
    'a filesystem that is mounted read-only in one place only is frozen: it can be written in the other',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.must('mkdir /srv/view && mount --bind /srv/data /srv/view && mount -o remount,bind,ro /srv/view');
      expect(await dryRun(host)).toMatchObject({ freeze: [{ mount: '/srv/data' }] });
    }),
  );

  test.each([
    ['/tmp', 'temporary'],
    ['/run/data', 'run'],
    ['/var/log/audit', 'log'],
    ['/home', 'home'],
    ['/var/lib/docker', 'containers'],
    ['/var/lib/amazon/ssm', 'agent'],
    ['/etc', 'agent'],
  ])('%s is refused: %s', (mount, reason) =>
    onHost(async (host) => {
      await host.must('mkdir /srv/root && mount --rbind /var /srv/root && mount -t tmpfs tmpfs /var && mkdir -p /var/lib /var/log');
      await host.volume({ mount });
      await host.volume({ mount: '/srv/data' });
      expect(await dryRun(host)).toMatchObject({
        freeze: [{ mount: '/srv/data' }],
        leave: expect.arrayContaining([expect.objectContaining({ mount, reason })]),
      });
    })(),
  );

  test(
    'a place that leads elsewhere by a link or a bind refuses what it leads to',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/users' });
      await host.must('mkdir /srv/users/home && mount --bind /srv/users/home /home');
      expect(await dryRun(host)).toMatchObject({
        freeze: [],
        exitCode: 201,
        leave: expect.arrayContaining([expect.objectContaining({ mount: '/srv/users', reason: 'home' })]),
      });
    }),
  );

  test(
    'what holds the file of a refused filesystem is refused too',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/outer', type: 'xfs' });
      await host.must('mkdir /srv/outer/files');
      await host.volume({ mount: '/tmp', folder: '/srv/outer/files' });
      expect(await dryRun(host)).toMatchObject({
        freeze: [],
        leave: expect.arrayContaining([expect.objectContaining({ mount: '/srv/outer', reason: 'temporary' })]),
      });
    }),
  );

  test(
    'what holds the upper folder of a container is refused',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/engine' });
      await host.must(
        'cd /srv/engine && mkdir low up work merged && mount -t overlay overlay -o lowerdir=/srv/engine/low,upperdir=/srv/engine/up,workdir=/srv/engine/work merged',
      );
      expect(await dryRun(host)).toMatchObject({
        freeze: [],
        leave: expect.arrayContaining([expect.objectContaining({ mount: '/srv/engine', reason: 'containers' })]),
      });
    }),
  );

  test(
    'a filesystem that another mount hides can not be reached, and is told',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.must('mount -t tmpfs tmpfs /srv/data');
      expect(await dryRun(host)).toMatchObject({
        freeze: [],
        leave: expect.arrayContaining([expect.objectContaining({ mount: '/srv/data', reason: 'hidden' })]),
      });
    }),
  );

  test(
    'excludePaths leaves a filesystem alone; includePaths takes only what it names',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/a' });
      await host.volume({ mount: '/srv/b' });
      expect(await dryRun(host, { excludePaths: '/srv/a' })).toMatchObject({ freeze: [{ mount: '/srv/b' }] });
      expect(await dryRun(host, { includePaths: '/srv/a' })).toMatchObject({ freeze: [{ mount: '/srv/a' }] });
    }),
  );

  test(
    'includePaths: a home is frozen when it is named, the root filesystem never, and that fails',
    onHost(async (host) => {
      await host.volume({ mount: '/home' });
      await host.volume({ mount: '/srv/data' });
      expect(await dryRun(host, { includePaths: '/home,/srv/data' })).toMatchObject({
        exitCode: 0,
        freeze: [{ mount: '/srv/data' }, { mount: '/home' }],
      });
      const answer = await host.run('filesystem', attempt({ includePaths: '/srv/data,/etc' }).pre);
      expect(answer).toMatchObject({
        code: 201,
        line: {
          filesystems: [
            { mount: '/srv/data', held: false },
            { mount: '/', held: false, reason: 'root' },
          ],
        },
      });
      expect(await host.frozen('/srv/data')).toBe(false);
    }),
  );

  test(
    'app_paths: through links, and what is mounted below',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.volume({ mount: '/srv/data/wal' });
      await host.volume({ mount: '/srv/elsewhere', type: 'xfs' });
      await host.volume({ mount: '/srv/other' });
      await host.must('mkdir /srv/elsewhere/space && ln -s /srv/elsewhere/space /srv/link');
      await host.hook('paths', 'echo /srv/data; echo /srv/link');
      const { pre, post } = attempt();

      const held = await host.run('scripted', pre);
      expect(mounts(held.line?.filesystems)).toEqual([
        ['/srv/elsewhere', true],
        ['/srv/data/wal', true],
        ['/srv/data', true],
      ]);
      expect(await host.frozen('/srv/other')).toBe(false);
      await host.run('scripted', post);
    }),
  );

  test(
    'app_paths: a path that does not exist is a failure',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('paths', 'echo /srv/data; echo /srv/missing');
      expect(await host.run('scripted', attempt().pre)).toMatchObject({
        code: 201,
        line: { error: '/srv/missing does not exist' },
      });
    }),
  );

  test(
    'all files on the root filesystem and a quiesced application: a success that says what was not held',
    onHost(async (host) => {
      await host.hook('paths', 'echo /etc');
      await host.hook('quiesce', ':');
      const { pre, post } = attempt();
      expect(await host.run('scripted', pre)).toMatchObject({
        code: 0,
        line: { application: { quiesced: true }, filesystems: [{ mount: '/', held: false, reason: 'root' }] },
      });
      expect(await host.run('scripted', post)).toMatchObject({ code: 0, line: { result: 'released', heldMs: expect.any(Number) } });
    }),
  );

  test(
    'EBS volume ids come from the links of their serials, partitions aside',
    onHost(async (host) => {
      const device = await host.volume({ mount: '/srv/data' });
      const links = '/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol';
      await host.must(
        `ln -s ${device} ${links}0123456789abcdef0; ln -s ${device} ${links}0123456789abcdef0_1; ln -s ${device} ${links}0fedcba9876543210-part1`,
      );
      expect(await dryRun(host)).toMatchObject({ freeze: [{ mount: '/srv/data', device, volumes: ['vol-0123456789abcdef0'] }] });
    }),
  );

  test(
    'dry-run writes nothing',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await dryRun(host);
      expect((await host.sh('ls /run/stillpoint')).code).not.toBe(0);
      expect(await host.frozen('/srv/data')).toBe(false);
    }),
  );
});
