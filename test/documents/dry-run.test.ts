import { dryRunLineSchema } from '../../lambda/core/preflight/dry-run-line';
import { describeWith } from '../support/capabilities';
import { attempt, type Host, onHost } from './support/host';
import { type DocumentName, documentNamed, scriptOf } from './support/rendered';

jest.setTimeout(60_000);

const dryRun = async (host: Host, document: DocumentName, parameters: Readonly<Record<string, string>> = {}) => {
  const { code, stdout } = await host.run(document, { command: 'dry-run', ...parameters });
  expect(code).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  const line = dryRunLineSchema.parse(JSON.parse(stdout));
  const check = (name: string) => line.checks.find((one) => one.name === name);
  return { ...line, check };
};

/** Runs a program that does nothing under a name. */
const disguised = (host: Host, name: string): Promise<string> =>
  host.must(
    `cp "$(command -v sleep)" /run/${name}; setsid /run/${name} 60 </dev/null >/dev/null 2>&1 & until [[ $(< "/proc/$!/comm") == ${name} ]]; do sleep 0.01; done`,
  );

describeWith(['mount-namespaces', 'loop-devices', 'ext4'], 'dry-run', () => {
  test(
    'tells tools with versions, rights and that nothing is held',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const line = await dryRun(host, 'filesystem');
      expect(line).toMatchObject({ ready: true, exitCode: 0, freeze: [{ mount: '/srv/data' }] });
      expect(line.check('tools')).toMatchObject({ result: 'ok', detail: expect.stringMatching(/^bash \d.*, util-linux \d/) });
      expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(line.check('rights')?.result).toBe('ok');
      expect(line.check('state')?.result).toBe('ok');
    }),
  );

  test(
    'touches nothing: no file, no freeze, no state',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const look = () =>
        host.must('find /run /srv/data /var/lib /tmp /root -newer /var/agent/mark -print; grep /srv/data /proc/self/mountinfo');
      await host.must('mount -t tmpfs tmpfs /tmp; mount -t tmpfs tmpfs /root; mkdir -p /var/agent; sleep 0.02; touch /var/agent/mark');
      const before = await look();
      await dryRun(host, 'filesystem');
      await dryRun(host, 'template');
      expect(await look()).toBe(before);
    }),
  );

  test(
    'misses the right to freeze',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.must(
        `cat >/var/script <<'END'\n${scriptOf(documentNamed('filesystem'), { command: 'dry-run' })}\nEND\nchmod 700 /var/script`,
      );
      const line = dryRunLineSchema.parse(JSON.parse(await host.must('setpriv --bounding-set=-sys_admin /var/script 2>/dev/null')));
      expect(line).toMatchObject({ ready: false, exitCode: 201, error: expect.stringContaining('CAP_SYS_ADMIN') });
      expect(line.checks).toContainEqual(expect.objectContaining({ name: 'rights', result: 'failed' }));
    }),
  );

  test(
    'misses a tool',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.must('rm "$(command -v losetup)"');
      expect((await dryRun(host, 'filesystem')).check('tools')).toEqual({ name: 'tools', result: 'failed', detail: 'missing: losetup' });
    }),
  );

  test(
    'says 204 while an attempt is held',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const { id, pre, post } = attempt();
      await host.run('filesystem', pre);
      expect(await dryRun(host, 'filesystem')).toMatchObject({ ready: false, exitCode: 204, error: expect.stringContaining(id) });
      await host.run('filesystem', post);
    }),
  );

  test(
    'names agents that decide on file accesses, and cluster managers',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      expect((await dryRun(host, 'filesystem')).check('failover')).toBeUndefined();
      await disguised(host, 'wdavdaemon');
      await disguised(host, 'pacemakerd');
      const line = await dryRun(host, 'filesystem');
      expect(line.check('agents')).toMatchObject({ result: 'warning', detail: expect.stringContaining('wdavdaemon') });
      expect(line.check('failover')).toMatchObject({ result: 'warning', detail: expect.stringContaining('pacemakerd') });
      expect(line).toMatchObject({ ready: true, exitCode: 0 });
    }),
  );

  test(
    'names what is asked for permission by fanotify, whatever its name, and not what is only told',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const listen = (name: string, kind: number): Promise<string> =>
        host.must(`cat >/run/listen <<'END'
$0 = "${name}"; $SIG{ALRM} = sub { exit }; alarm 60;
syscall(\`uname -m\` =~ /x86_64/ ? 300 : 262, ${kind}, 0) >= 0 or die; open(my $ready, ">", "/run/${name}"); sleep 60;
END
          setsid perl /run/listen </dev/null >/dev/null 2>&1 & until [[ -e /run/${name} ]]; do kill -0 $! || exit 1; sleep 0.02; done`);
      await listen('only-told', 0);
      expect((await dryRun(host, 'filesystem')).check('agents')).toMatchObject({ result: 'ok' });
      await listen('asked-content', 4);
      await listen('asked-before', 8);
      const agents = (await dryRun(host, 'filesystem')).check('agents');
      expect(agents).toMatchObject({ result: 'warning', detail: expect.stringMatching(/ asked-content/) });
      expect(agents?.detail).toContain(' asked-before');
      expect(agents?.detail).not.toContain('only-told');
    }),
  );

  test(
    "adds the application's own checks, and what the pre-script would exit with",
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook(
        'dry_run',
        'check server ok "version 1"; check_failover cluster 20; check lock failed "behind a long statement" "$NOT_READY"',
      );
      await host.hook('quiesce', ':');
      const line = await dryRun(host, 'scripted');
      expect(line).toMatchObject({ ready: false, exitCode: 206, error: 'behind a long statement' });
      expect(line.checks).toContainEqual({ name: 'server', result: 'ok', detail: 'version 1' });
      expect(line.check('failover')).toMatchObject({ result: 'warning', detail: expect.stringContaining('after 20 s') });
      expect((await dryRun(host, 'scripted', { autoThawSeconds: '19' })).check('failover')).toMatchObject({ result: 'ok' });
    }),
  );

  test(
    'marks what holds files of the application and would not be frozen',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.volume({ mount: '/srv/other' });
      await host.hook('paths', 'echo /srv/data; echo /opt');
      await host.hook('quiesce', ':');
      const line = await dryRun(host, 'scripted');
      expect(line.freeze.map(({ mount }) => mount)).toEqual(['/srv/data']);
      expect(line.leave.find(({ mount }) => mount === '/')).toMatchObject({ reason: 'root', application: true });
      expect(line.leave.find(({ mount }) => mount === '/srv/other')).toEqual(expect.not.objectContaining({ application: true }));
    }),
  );

  test(
    'a full /run is told',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.must('mount -o remount,size=1M /run; cat /dev/zero >/run/fill 2>/dev/null || :');
      const line = await dryRun(host, 'filesystem');
      expect(line.check('state')).toMatchObject({ result: 'failed', detail: expect.stringContaining('/run') });
      expect(line.exitCode).toBe(201);
    }),
  );
});
