import { describeWith, OLD_USERLAND } from '../support/capabilities';
import { hinder } from './support/hinder';
import { attempt, type Host, onHost } from './support/host';
import { AOF, ask, isPaused, serve } from './support/redis';
import type { DocumentName } from './support/rendered';

jest.setTimeout(120_000);

/** What docs/documents.md names as the oldest that was tried. */
const TRIED = 'bash 5.1.4(1)-release, util-linux 2.36.1';

/** Of the shell, that is: it says in which line. */
const noComplaint: unknown = expect.not.stringMatching(/: line \d+: /);

/** Every important way through a document; what it freezes is at /srv/data and /srv/two words. */
const ways = async (host: Host, document: DocumentName, parameters: Readonly<Record<string, string>>, quiet: () => Promise<boolean>) => {
  const dryRun = await host.run(document, { command: 'dry-run', ...parameters });
  expect(dryRun.stderr).toEqual(noComplaint);
  expect(JSON.parse(dryRun.stdout)).toMatchObject({
    ready: true,
    freeze: [{ mount: '/srv/two words' }, { mount: '/srv/data' }],
    checks: expect.arrayContaining([{ name: 'tools', result: 'ok', detail: TRIED }]),
  });

  const first = attempt(parameters);
  expect(await host.run(document, first.pre)).toMatchObject({
    code: 0,
    stderr: noComplaint,
    line: { filesystems: [{ held: true }, { held: true }] },
  });
  expect([await host.frozen('/srv/data'), await quiet()]).toEqual([true, true]);
  expect(await host.run(document, { ...attempt(parameters).pre })).toMatchObject({ code: 204 });
  expect(await host.run(document, first.post)).toMatchObject({ code: 0, stderr: noComplaint, line: { result: 'released' } });
  expect([await host.frozen('/srv/data'), await quiet()]).toEqual([false, false]);

  const slow = attempt({ ...parameters, autoThawSeconds: '4' });
  expect(await host.run(document, slow.pre)).toMatchObject({ code: 0 });
  await host.untilPhase(slow.id, 'auto-thawed');
  expect([await host.frozen('/srv/data'), await host.frozen('/srv/two words'), await quiet()]).toEqual([false, false, false]);
  expect(await host.run(document, slow.post)).toMatchObject({ code: 203, line: { result: 'auto-thawed' } });

  const orphaned = attempt(parameters);
  expect(await host.run(document, orphaned.pre)).toMatchObject({ code: 0 });
  await host.must(`kill -KILL ${await host.guardian(orphaned.id)}`);
  expect(await host.run(document, orphaned.post)).toMatchObject({ code: 203, line: { thawedBy: 'post' } });
  expect([await host.frozen('/srv/data'), await quiet()]).toEqual([false, false]);

  // Fails at the last filesystem, after the first was frozen.
  await hinder(host, '[[ $1 != -f || $(stat -L -c %d "$2") != $(stat -c %d /srv/data) ]] || { echo refused >&2; exit 1; }');
  expect(await host.run(document, attempt(parameters).pre)).toMatchObject({
    code: 201,
    line: { error: expect.stringContaining('/srv/data') },
  });
  await host.must('umount "$(command -v fsfreeze)"');
  expect([await host.frozen('/srv/two words'), await quiet()]).toEqual([false, false]);
};

const volumes = async (host: Host): Promise<void> => {
  await host.volume({ mount: '/srv/data' });
  await host.volume({ mount: '/srv/two words' });
};

describeWith(['mount-namespaces', 'loop-devices', 'ext4', 'old-userland'], 'an older host without systemd', () => {
  test(
    'runs the filesystem document',
    onHost(async (host) => {
      await host.must('rm -f /usr/bin/systemctl /usr/bin/systemd* /usr/bin/lsblk /usr/bin/findmnt /usr/bin/setpriv');
      await volumes(host);
      await ways(host, 'filesystem', {}, () => host.frozen('/srv/data'));
    }, OLD_USERLAND),
  );
});

describeWith(['mount-namespaces', 'loop-devices', 'ext4', 'old-userland', 'redis'], 'an older host with systemd', () => {
  test(
    'runs the redis document, which asks systemd for the server and pauses that',
    onHost(async (host) => {
      // Lets a newer bash do as bash 4.2 did where the two differ on purpose. It is no bash 4.2: what that has not got at all
      // is for old-syntax.test.ts to find.
      await host.must(`cp /bin/bash /bin/bash.real
        printf '%s\\n' '#!/bin/bash.real' 'BASH_COMPAT=4.2 exec /bin/bash.real "$@"' >/bin/bash.new; chmod 755 /bin/bash.new; mv /bin/bash.new /bin/bash`);
      expect(await host.must('echo "${BASH_VERSION%.*} $BASH_COMPAT"')).toBe('5.1 4.2');
      await volumes(host);
      await serve(host, `${AOF} --pidfile /run/redis.pid`);
      await host.must(`printf '%s\\n' '#!/bin/sh' '[ "$*" = "show -p MainPID redis-server" ] && echo "MainPID=$(cat /run/redis.pid)"' >/usr/bin/systemctl
        chmod 755 /usr/bin/systemctl`);
      await ask(host, 'set before 1');
      await ways(host, 'redis', { services: 'redis-server', includePaths: '/srv/two words' }, () => isPaused(host));
    }, OLD_USERLAND),
  );
});
