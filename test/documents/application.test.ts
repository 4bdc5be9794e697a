import { describeWith } from '../support/capabilities';
import { attempt, onHost } from './support/host';
import { until } from './support/process';

jest.setTimeout(60_000);

// A server whose lock ends with the session that took it, as a database's: an exclusive flock by a client that reads commands.
const CLIENT = `#!/bin/bash
exec 5>/run/app/lock
while read -r word; do
  case $word in
    lock) flock -n 5 && echo locked || echo refused ;;
    unlock) flock -u 5 && echo unlocked ;;
  esac
done`;

describeWith(['mount-namespaces', 'loop-devices', 'ext4'], 'the hooks of an application', () => {
  test(
    '1: a lock that ends with its client is held until the post-script',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('client', CLIENT);
      await host.hook('quiesce', 'session_open bash /run/app/client && session_send lock && session_expect "^locked$" 5');
      await host.hook('release', 'session_send unlock && session_expect "^unlocked$" 5');
      const { pre, post } = attempt();
      const locked = async (): Promise<boolean> => (await host.sh('flock -n /run/app/lock true')).code !== 0;

      expect(await host.run('scripted', pre)).toMatchObject({ code: 0, line: { application: { quiesced: true } } });
      expect(await locked()).toBe(true);
      expect(await host.run('scripted', post)).toMatchObject({ code: 0, line: { application: { quiesced: true } } });
      expect(await locked()).toBe(false);
      await until('no process', async () => (await host.processes()).length === 0);
    }),
  );

  test(
    'a client that refuses fails the pre-script with its own words, and is ended',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', 'session_open bash -c "echo access denied; exit 1" && session_expect "^locked$" 5');
      expect(await host.run('scripted', attempt().pre)).toMatchObject({
        code: 201,
        line: { error: 'the session has ended: access denied' },
      });
      expect(await host.frozen('/srv/data')).toBe(false);
      await until('no process', async () => (await host.processes()).length === 0);
    }),
  );

  test(
    'a killed guardian ends the session, so that its lock does not stay',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('client', CLIENT);
      await host.hook('quiesce', 'session_open bash /run/app/client && session_send lock && session_expect "^locked$" 5');
      const { id, pre, post } = attempt();
      await host.run('scripted', pre);
      await host.must(`kill -KILL ${await host.guardian(id)}`);

      await until('the lock is free', async () => (await host.sh('flock -n /run/app/lock true')).code === 0);
      expect(await host.run('scripted', post)).toMatchObject({ code: 203 });
    }),
  );

  test(
    'quiesces before the freeze and releases after the thaw',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const probe = (name: string) =>
        `{ fsfreeze -f /srv/data && fsfreeze -u /srv/data && echo ${name} free || echo ${name} frozen; } >>/run/app/seen 2>/dev/null`;
      await host.hook('quiesce', probe('quiesce'));
      await host.hook('release', probe('release'));
      const { pre, post } = attempt();
      await host.run('scripted', pre);
      await host.run('scripted', post);
      expect(await host.must('cat /run/app/seen')).toBe('quiesce free\nrelease free');
    }),
  );

  test.each(['created', 'failed', 'unknown'])('the release is told that the snapshots are %s', (outcome) =>
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', ':');
      await host.hook('release', 'echo "$1" >/run/app/outcome');
      const { pre, post } = attempt({ outcome });
      await host.run('scripted', pre);
      await host.run('scripted', post);
      expect(await host.must('cat /run/app/outcome')).toBe(outcome);
    })(),
  );

  test(
    'coordinates are those of the hold, and those after it',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', ':');
      await host.hook(
        'coordinates',
        'if [[ $1 == quiesced ]]; then echo "binlog=mysql-bin.000003:154 \\"x\\""; else echo released=yes; fi; echo "no coordinate"',
      );
      const { pre, post } = attempt();
      const binlog = 'mysql-bin.000003:154 "x"';
      expect((await host.run('scripted', pre)).line?.application.coordinates).toEqual({ binlog });
      expect((await host.run('scripted', post)).line?.application.coordinates).toEqual({ binlog, released: 'yes' });
    }),
  );

  test(
    'the empty template freezes the data filesystems and claims no quiesced application',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const { pre, post } = attempt();
      expect(await host.run('template', pre)).toMatchObject({
        code: 0,
        line: { application: { name: 'template', quiesced: false }, filesystems: [{ held: true }] },
      });
      expect(await host.run('template', post)).toMatchObject({ code: 0 });
    }),
  );

  test(
    'neither frozen nor quiesced is a failure, also when other files are frozen',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('paths', 'echo /srv/data; echo /etc');
      await host.hook('quiesce', 'return "$NOT_QUIESCED"');
      expect(await host.run('scripted', attempt().pre)).toMatchObject({ code: 201, line: { result: 'failed' } });
      expect(await host.frozen('/srv/data')).toBe(false);
    }),
  );

  test(
    'without a filesystem to freeze, a quiesced application is held and ended by the auto-thaw alike',
    onHost(async (host) => {
      await host.hook('quiesce', ':');
      await host.hook('release', 'echo "$1" >>/run/app/released');
      const { id, pre, post } = attempt({ autoThawSeconds: '3' });
      expect(await host.run('scripted', pre)).toMatchObject({ code: 0, line: { result: 'held', filesystems: [] } });
      await host.untilPhase(id, 'auto-thawed');
      expect(await host.must('cat /run/app/released')).toBe('unknown');
      expect(await host.run('scripted', post)).toMatchObject({ code: 203 });
    }),
  );
});
