import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '../support/capabilities';
import { describeCauses } from './support/every-cause';
import { attempt, Host, onHost } from './support/host';
import { until } from './support/process';
import { AOF, ask, endServer, isPaused, RDB, SOCKET, serve } from './support/redis';

jest.setTimeout(60_000);

const NAMED = { sockets: SOCKET };
const SLOWLY = '--key-load-delay 5000 --loading-process-events-interval-bytes 1024';

/** A host with a data volume and a server on it. */
const withServer = (options: string, test: (host: Host) => Promise<void>) =>
  onHost(async (host) => {
    await host.volume({ mount: '/srv/data' });
    await serve(host, options);
    await test(host);
  });

/** Nothing is frozen, and the server takes writes. */
const isFree = async (host: Host): Promise<boolean> => !(await host.frozen('/srv/data')) && !(await isPaused(host));

describeCauses(['redis'], {
  document: 'redis',
  parameters: NAMED,
  setUp: async (host) => {
    await host.volume({ mount: '/srv/data' });
    await serve(host);
    return { mounts: ['/srv/data'], locked: () => isPaused(host), processes: ['redis-server'] };
  },
});

describeWith(['mount-namespaces', 'loop-devices', 'ext4', 'redis'], 'the causes of the redis document', () => {
  test(
    '206: no server runs',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      for (const parameters of [{}, NAMED, { ports: '1' }]) {
        expect(await host.run('redis', attempt(parameters).pre)).toMatchObject({ code: 206, line: { result: 'failed' } });
      }
      expect(await host.frozen('/srv/data')).toBe(false);
      const { pre, post } = attempt(NAMED);
      await host.run('redis', pre);
      expect(await host.run('redis', post)).toMatchObject({ code: 205 });
    }),
  );

  describe('206: a server', () => {
    let host: Host;
    beforeAll(async () => {
      host = await Host.boot();
      await host.volume({ mount: '/srv/data' });
    });
    afterEach(() => endServer(host).then(() => host.must('rm -rf /srv/data/* /etc/stillpoint')));
    afterAll(() => host?.stop());

    const cli = `redis-cli -s ${SOCKET}`;
    test.each([
      ['in the wrong role', AOF, 'true', { role: 'replica' }, 'is a primary'],
      ['a replica that has lost its primary', `${AOF} --replicaof 127.0.0.1 1`, 'true', { role: 'replica' }, 'has lost its primary'],
      ['a replica where a primary is wanted', `${AOF} --replicaof 127.0.0.1 1`, 'true', { role: 'primary' }, 'is a replica'],
      [
        'whose last save has failed',
        RDB,
        `mkdir /srv/data/dump.rdb; ${cli} bgsave; until ${cli} info | grep -q bgsave_status:err; do sleep 0.1; done`,
        {},
        'its last save has failed',
      ],
      ['whose save fails now', RDB, 'mkdir /srv/data/dump.rdb', {}, 'BGSAVE has failed'],
      ['whose save takes too long', `${RDB} --rdb-key-save-delay 9000000`, `${cli} set a 1`, { saveSeconds: '1' }, 'not done within 1 s'],
      [
        'whose append-only file has been switched on again and is still of before',
        `${AOF} --rdb-key-save-delay 9000000`,
        `${cli} config set appendonly no; ${cli} set a 1; ${cli} config set appendonly yes`,
        { saveSeconds: '1' },
        'append-only file was not rewritten within 1 s',
      ],
      [
        'whose first append-only file waits for a save',
        `${RDB} --rdb-key-save-delay 9000000`,
        `${cli} set a 1; ${cli} bgsave; ${cli} config set appendonly yes`,
        { saveSeconds: '1' },
        'append-only file was not rewritten within 1 s',
      ],
      ['held up by a long script', AOF, `${cli} eval 'while true do end' 0 >/dev/null 2>&1 </dev/null &`, {}, 'no answer within 5 s|BUSY'],
      ['that wants a password', `${AOF} --requirepass secret`, 'true', {}, 'NOAUTH'],
      ['that may not be paused', AOF, `${cli} acl setuser default -client`, {}, 'CLIENT PAUSE .*NOPERM'],
      ['that may not be saved', RDB, `${cli} acl setuser default -bgsave`, {}, 'BGSAVE .*NOPERM'],
      [
        'whose credentials others may read',
        `${AOF} --requirepass secret`,
        'mkdir -p /etc/stillpoint; echo password=secret >/etc/stillpoint/redis; chmod 644 /etc/stillpoint/redis',
        {},
        'nobody else may read it',
      ],
      [
        'that is loading',
        RDB,
        `${cli} debug populate 4000; ${cli} save; ${cli} shutdown nosave
          redis-server --port 0 --unixsocket ${SOCKET} --dir /srv/data --daemonize yes ${RDB} ${SLOWLY}
          until ${cli} info | grep ^loading:1; do sleep 0.1; done`,
        {},
        'is loading its data',
      ],
    ])('%s', async (_, options, damage, parameters, error) => {
      await serve(host, `${options} --enable-debug-command yes`);
      await host.must(damage);
      const { pre } = attempt({ ...NAMED, ...parameters });
      expect(await host.run('redis', pre)).toMatchObject({ code: 206, line: { error: expect.stringMatching(error) } });
      expect(await host.frozen('/srv/data')).toBe(false);
    });
  });

  test(
    'a replica is a source: saved or frozen, and not paused',
    withServer(AOF, async (host) => {
      await host.volume({ mount: '/srv/replica' });
      await ask(host, 'set a 1');
      await ask(host, 'shutdown nosave').catch(() => '');
      const port = String(20_000 + (process.pid % 10_000));
      await host.must(`redis-server --port ${port} --bind 127.0.0.1 --unixsocket ${SOCKET} --dir /srv/data ${AOF} --daemonize yes`);
      await serve(host, `${AOF} --replicaof 127.0.0.1 ${port}`, { folder: '/srv/replica', socket: '/run/replica.sock' });
      await until('it is in step', async () => /master_link_status:up/.test(await ask(host, 'info replication', '/run/replica.sock')));
      await until('its file is made', async () =>
        /aof_rewrite_in_progress:0/.test(await ask(host, 'info persistence', '/run/replica.sock')),
      );
      expect(await host.run('redis', attempt({ ...NAMED, role: 'replica' }).pre)).toMatchObject({ code: 206 });
      const { pre, post } = attempt({ sockets: '/run/replica.sock', role: 'replica' });
      expect(await host.run('redis', pre)).toMatchObject({ code: 0, line: { filesystems: [{ mount: '/srv/replica', held: true }] } });
      expect(await isPaused(host)).toBe(false);
      expect(await host.run('redis', post)).toMatchObject({ code: 0 });
    }),
  );

  test(
    '206: a replica that is being synchronized',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const port = String(10_000 + (process.pid % 10_000)) /* below those that the kernel gives out */;
      // The primary takes its time over the one key that it sends.
      const slow = '--repl-diskless-sync yes --repl-diskless-sync-delay 0 --rdb-key-save-delay 20000000';
      await serve(host, `${RDB} ${slow}`, { socket: '/run/primary.sock' });
      await ask(host, 'set a 1', '/run/primary.sock');
      await ask(host, `config set port ${port}`, '/run/primary.sock');
      await serve(host, `${AOF} --replicaof 127.0.0.1 ${port}`);
      await until('it is being synchronized', async () => /master_sync_in_progress:1/.test(await ask(host, 'info replication')));
      expect(await host.run('redis', attempt(NAMED).pre)).toMatchObject({ code: 206, line: { result: 'failed' } });
      expect(await host.frozen('/srv/data')).toBe(false);
    }),
  );

  test.each([
    [
      'the credentials file, where its own comes first',
      'mkdir -p /etc/stillpoint; (umask 077; printf "user=default\\npassword.redis.sock=s e c\\npassword=another\\n" >/etc/stillpoint/redis)',
    ],
    ['its configuration', `mkdir -p /etc/redis; printf 'port 0\\nunixsocket ${SOCKET}\\nrequirepass "s e c"\\n' >/etc/redis/a.conf`],
  ])('a password comes from %s, and is on no command line', (_, prepare) =>
    withServer(`${AOF} --requirepass 's e c'`, async (host) => {
      await host.must(prepare);
      await host.must(
        `printf '%s\\n' '#!/bin/bash' 'echo "$*" >>/run/calls' 'exec /usr/bin/redis-cli "$@"' >/usr/local/bin/redis-cli; chmod 755 /usr/local/bin/redis-cli`,
      );
      const { pre, post } = attempt();
      expect(await host.run('redis', pre)).toMatchObject({ code: 0 });
      expect(await host.run('redis', post)).toMatchObject({ code: 0 });
      const calls = await host.must('cat /run/calls');
      expect(calls).toContain('CLIENT PAUSE');
      expect(calls).not.toContain('s e c');
    })(),
  );

  test(
    '203: someone else ended the pause and wrote',
    withServer(AOF, async (host) => {
      const { pre, post } = attempt(NAMED);
      await host.run('redis', pre);
      await ask(host, 'client unpause');
      await host.must(`redis-cli -s ${SOCKET} set during 1 >/dev/null 2>&1 </dev/null &`);
      expect(await host.run('redis', post)).toMatchObject({
        code: 203,
        line: { application: { quiesced: false }, error: expect.stringContaining('someone else ended the pause') },
      });
      expect(await isFree(host)).toBe(true);
    }),
  );

  test(
    '203: the same, and a save has ended since, so that there are no changes to count',
    withServer(AOF, async (host) => {
      const { pre, post } = attempt({ ...NAMED, excludePaths: '/srv/data' });
      expect(await host.run('redis', pre)).toMatchObject({ code: 0 });
      await ask(host, 'client unpause');
      await ask(host, 'set during 1');
      await until('the save has another time', async () => (await ask(host, 'lastsave')) !== (await ask(host, 'time')).split('\n')[0]);
      await ask(host, 'save');
      expect(await host.run('redis', post)).toMatchObject({ code: 203, line: { application: { quiesced: false } } });
    }),
  );

  test(
    '203: the server was killed while it was held',
    withServer(AOF, async (host) => {
      const { pre, post } = attempt(NAMED);
      await host.run('redis', pre);
      await endServer(host);
      expect(await host.run('redis', post)).toMatchObject({ code: 203, line: { application: { quiesced: false } } });
      expect(await host.frozen('/srv/data')).toBe(false);
    }),
  );

  test(
    '203: the auto-thaw lets the server go on',
    withServer(AOF, async (host) => {
      const { id, pre, post } = attempt({ ...NAMED, autoThawSeconds: '5' });
      expect(await host.run('redis', pre)).toMatchObject({ code: 0 });
      await host.untilPhase(id, 'auto-thawed');
      expect(await isFree(host)).toBe(true);
      expect(await host.run('redis', post)).toMatchObject({ code: 203 });
    }),
  );

  test(
    'a killed guardian: the pause ends by itself, also without a post-script',
    withServer(AOF, async (host) => {
      const { id, pre } = attempt({ ...NAMED, autoThawSeconds: '5' });
      await host.run('redis', pre);
      await host.must(`kill -KILL ${await host.guardian(id)}; fsfreeze -u /srv/data`);
      expect(await isPaused(host)).toBe(true);
      await until('the server takes writes', () => isFree(host));
    }),
  );

  test(
    'a killed script: nothing stays paused or frozen',
    withServer(AOF, async (host) => {
      await host.must(`redis-cli -s ${SOCKET} set a 1`);
      // The server's file can not be written for now, so that the guardian waits for it.
      await host.must('fsfreeze -f /srv/data');
      await host.must(`redis-cli -s ${SOCKET} set b 1 >/dev/null 2>&1 </dev/null &`);
      const { id, pre } = attempt({ ...NAMED, autoThawSeconds: '20' });
      const script = await host.begin('redis', pre);
      await until('it looks at the server', async () => (await host.processes()).includes('redis-cli'));
      script.kill();
      await host.must('fsfreeze -u /srv/data');
      await until('all is free', () => isFree(host));
      await until('the guardian has ended', async () => !(await host.processes()).includes('sleep'));
      expect(['', 'failed']).toContain(await host.journal(id, 'phase'));
    }),
  );

  test(
    'a service with mounts of its own: the filesystem under its folder is held, and no program of its own is run',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/real' });
      await host.must(`mkdir /srv/real/redis /srv/seen
        printf '%s\\n' '#!/bin/bash' 'touch /run/ran' >/run/program; chmod 755 /run/program
        unshare --mount bash -c 'mount --bind /srv/real/redis /srv/seen && mount --bind /run/program /usr/bin/readlink &&
          exec redis-server --port 0 --unixsocket ${SOCKET} --dir /srv/seen --daemonize yes ${AOF}'`);
      await until('the server answers', async () => (await host.sh(`redis-cli -s ${SOCKET} ping`)).code === 0);
      const { pre, post } = attempt();
      expect(await host.run('redis', pre)).toMatchObject({ code: 0, line: { filesystems: [{ mount: '/srv/real', held: true }] } });
      expect(await host.run('redis', post)).toMatchObject({ code: 0 });
      expect((await host.sh('ls /run/ran')).code).toBe(2);
    }),
  );

  test(
    'a program that calls itself redis-server: nothing that it says is run, and it is told no password',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const text = readFileSync(join(import.meta.dirname, 'support/impostor/redis-server'), 'utf8');
      await host.must(`cat >/run/redis-server <<'END OF TEXT'\n${text}\nEND OF TEXT
        chmod 755 /run/redis-server; mkdir -p -m 777 /run/impostor /etc/stillpoint; (umask 077; echo password=secret >/etc/stillpoint/redis)
        setpriv --reuid 4242 --clear-groups /run/redis-server >/dev/null 2>&1 </dev/null &
        until [[ -S /run/impostor/socket ]]; do sleep 0.02; done`);
      const { pre, post } = attempt();
      await host.run('redis', { command: 'dry-run' });
      expect(await host.run('redis', pre)).toMatchObject({ code: 0 });
      expect(await host.run('redis', post)).toMatchObject({ code: 0 });
      expect((await host.sh('ls /run/ran')).code).toBe(2);

      await host.must('touch /run/impostor/locked');
      expect(await host.run('redis', attempt().pre)).toMatchObject({ code: 206, line: { error: expect.stringContaining('NOAUTH') } });
      const heard = await host.must('cat /run/impostor/heard');
      expect(heard).toContain('INFO');
      expect(heard).not.toContain('secret');
    }),
  );

  test(
    'a container (a stand-in for docker): refused unless it is named, then held',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/volume' });
      const docker = readFileSync(join(import.meta.dirname, 'support/container/docker'), 'utf8');
      await host.must(
        `cat >/usr/local/bin/docker <<'END OF TEXT'\n${docker}\nEND OF TEXT\nchmod 755 /usr/local/bin/docker; mkdir /srv/inside`,
      );
      await host.must(`unshare --mount --pid --fork bash -c 'mount --bind /srv/volume /srv/inside && mount -t proc proc /proc &&
        exec redis-server --port 0 --unixsocket ${SOCKET} --dir /srv/inside ${AOF}' >/dev/null 2>&1 </dev/null &
        until redis-cli -s ${SOCKET} ping; do sleep 0.1; done; pgrep -x redis-server >/run/container`);
      expect(await host.run('redis', attempt().pre)).toMatchObject({
        code: 206,
        line: { error: expect.stringContaining('name that by the parameter container') },
      });
      const { pre, post } = attempt({ container: 'app', sockets: SOCKET });
      expect(await host.run('redis', pre)).toMatchObject({ code: 0, line: { filesystems: [{ mount: '/srv/volume', held: true }] } });
      expect(await isPaused(host)).toBe(true);
      expect(await host.run('redis', post)).toMatchObject({ code: 0 });
      await until('the server takes writes', async () => !(await isPaused(host)));
    }),
  );

  test(
    'dry-run neither saves nor pauses, and tells what would hold',
    withServer(RDB, async (host) => {
      await ask(host, 'set a 1');
      const { stdout } = await host.run('redis', { command: 'dry-run' });
      expect(JSON.parse(stdout)).toMatchObject({ ready: true, exitCode: 0, application: 'redis', freeze: [{ mount: '/srv/data' }] });
      expect(stdout).toContain('saved by BGSAVE before');
      expect(JSON.parse(stdout)).not.toHaveProperty('writeLocked');
      expect((await host.sh('test -e /srv/data/dump.rdb')).code).toBe(1);
      expect(await isPaused(host)).toBe(false);
    }),
  );

  test(
    'dry-run tells where all writes would wait',
    withServer(AOF, async (host) => {
      const { stdout } = await host.run('redis', { command: 'dry-run' });
      expect(JSON.parse(stdout)).toMatchObject({ ready: true, writeLocked: true });
      expect(await isPaused(host)).toBe(false);
    }),
  );
});
