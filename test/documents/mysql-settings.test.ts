import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '../support/capabilities';
import { attempt, Host } from './support/host';
import { Database, ENGINES, type Engine } from './support/mysql';
import { until } from './support/process';

jest.setTimeout(60_000);

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/documents/mysql.md'), 'utf8');
const grantsOf = (name: string): string => new RegExp(`\`\`\`sql\n-- ${name}\n(.*?)\`\`\``, 's').exec(PAGE)?.[1] ?? '';

// What `docker exec -i` and `docker inspect` do, for a container that is a mount namespace.
const DOCKER = `#!/bin/bash
pid=$(cat /run/container.pid)
case $1 in
  inspect) printf '[{ "State": { "Pid": %s } }]\\n' "$pid" ;;
  exec)
    shift
    [[ $1 != -i ]] || shift
    [[ $1 == box ]] || exit 1
    exec nsenter -t "$pid" -m -- "\${@:2}" ;;
esac`;

describe.each(Object.entries<Engine>(ENGINES))('the document of %s', (name, engine) => {
  describeWith([engine.capability, 'mount-namespaces', 'loop-devices', 'xfs', 'ext4'], 'and its settings', () => {
    let host: Host;
    let database: Database;
    beforeAll(async () => {
      host = await Host.boot();
      await host.volume({ mount: '/srv/log' });
      await host.volume({ mount: '/srv/table', type: 'xfs' });
      await host.must('chown mysql /srv/log /srv/table');
      database = await Database.boot(host, engine);
    });
    afterAll(() => host?.stop());

    /** A pre-script that holds, and its post-script; the pre-script's result line. */
    const runThrough = async (parameters: Readonly<Record<string, string>> = {}) => {
      const { pre, post } = attempt(parameters);
      const held = await host.run('mysql', pre);
      const released = await host.run('mysql', post);
      expect(held).toMatchObject({ code: 0 });
      expect(released).toMatchObject({ code: 0 });
      return held.line;
    };

    test('the rights on its page are enough, by an option file', async () => {
      await database.must(grantsOf(name));
      await host.must(`printf '[client]\\nuser=stillpoint\\npassword="a password"\\n' >/run/options`);
      expect(await runThrough({ defaultsFile: '/run/options', role: 'primary' })).toMatchObject({ result: 'held' });
    });

    test.each(name === 'MySQL' ? ['BACKUP_ADMIN', 'PROCESS'] : ['RELOAD', 'PROCESS'])('206 without %s', async (right) => {
      await database.must(`REVOKE ${right} ON *.* FROM stillpoint@localhost`);
      const answer = await host.run('mysql', attempt({ defaultsFile: '/run/options' }).pre);
      expect(answer).toMatchObject({ code: 206, line: { error: `the user lacks the right ${right}` } });
      await database.must(`GRANT ${right} ON *.* TO stillpoint@localhost`);
    });

    test('206 when the server has the other role', async () => {
      const answer = await host.run('mysql', attempt({ role: 'replica' }).pre);
      expect(answer).toMatchObject({ code: 206, line: { error: 'the server is a primary now, and role is replica' } });
      await database.must('SET GLOBAL read_only = ON');
      expect(await runThrough({ role: 'replica' })).toMatchObject({ application: { coordinates: { readOnly: 'ON' } } });
      await database.must('SET GLOBAL read_only = OFF');
    });

    test('covers a tablespace elsewhere and a linked database', async () => {
      await database.stop();
      await host.must('mkdir -m 777 /srv/log/linked; ln -s /srv/log/linked /srv/data/mysql/linked');
      await database.start(name === 'MySQL' ? '--innodb-directories=/srv/table' : '');
      await database.must(`CREATE TABLE t.far (a INT) DATA DIRECTORY = '/srv/table'`);
      const line = await runThrough();
      expect(line?.filesystems.map(({ mount, held }) => `${mount} ${held}`).sort()).toEqual([
        '/srv/data true',
        '/srv/log true',
        '/srv/table true',
      ]);
    });

    test('a filesystem that somebody else froze stays so, and nothing else is held', async () => {
      await host.must('fsfreeze -f /srv/log');
      expect(await host.run('mysql', attempt().pre)).toMatchObject({ code: 204 });
      expect(await host.frozen('/srv/log')).toBe(true);
      expect(await host.frozen('/srv/data')).toBe(false);
      await host.must('fsfreeze -u /srv/log');
      await database.must('INSERT INTO t.t (b) VALUES (2); CREATE TABLE t.free (a INT); DROP TABLE t.free');
      await until('no process', async () => (await database.others()).length === 0);
    });

    test('tables of another engine are locked too', async () => {
      await database.must('CREATE TABLE t.m (a INT) ENGINE=MyISAM');
      const { pre, post } = attempt();
      expect(await host.run('mysql', pre)).toMatchObject({
        code: 0,
        line: { application: { writeLocked: true, coordinates: { position: 'exact' } } },
      });
      const write = database.sql('INSERT INTO t.m VALUES (1)');
      await database.untilRunning('INSERT INTO t.m');
      expect(await host.run('mysql', post)).toMatchObject({ code: 0 });
      expect(await write).toMatchObject({ code: 0 });
    });

    if (name === 'MySQL')
      test('206 before any read lock is asked for, while a statement is long', async () => {
        const slow = database.sql('SELECT SLEEP(60) FROM t.t LIMIT 1');
        await until('a statement of 1 s', async () => /\tQuery\t[1-9]/.test(await database.must('SHOW PROCESSLIST')));
        const answer = await host.run('mysql', attempt().pre);
        expect(answer).toMatchObject({ code: 206, line: { error: expect.stringContaining('a statement would stall the read lock') } });
        for (const id of await database.running('SLEEP')) await database.must(`KILL ${id}`);
        await slow;
      });

    test('a dry-run tells the lock and holds nothing', async () => {
      const { stdout } = await host.run('mysql', { command: 'dry-run' });
      const told = JSON.parse(stdout.trim());
      expect(told).toMatchObject({ exitCode: 0, ready: true });
      expect(told.checks).toContainEqual(expect.objectContaining({ name: 'lock' }));
      expect(await host.frozen('/srv/data')).toBe(false);
      await database.must('CREATE TABLE t.free (a INT); DROP TABLE t.free');
    });

    test('lets writes wait where the data lies on a filesystem that is not frozen', async () => {
      await database.stop();
      await host.must('cp -a /srv/data/mysql /opt/mysql-root');
      await database.start('--datadir=/opt/mysql-root');
      const { pre, post } = attempt();
      expect(await host.run('mysql', pre)).toMatchObject({ code: 0, line: { application: { quiesced: true, writeLocked: true } } });
      const write = database.sql('INSERT INTO t.t (b) VALUES (3)');
      await database.untilRunning('INSERT INTO t.t');
      expect(await host.run('mysql', post)).toMatchObject({ code: 0 });
      expect(await write).toMatchObject({ code: 0 });
      await database.stop();
      await database.start();
    });

    if (name === 'MariaDB')
      test('desyncs a Galera node while it holds, and syncs it again, also after the guardian was killed', async () => {
        const galera = `--wsrep-on=ON --wsrep-provider=/usr/lib/galera/libgalera_smm.so --wsrep-new-cluster --wsrep-cluster-address=gcomm://
          --binlog-format=ROW --wsrep-node-address=127.0.0.1 --wsrep-provider-options='gmcast.listen_addr=tcp://127.0.0.1:14567;gcache.size=16M'`;
        const desync = (): Promise<string> => database.must('SELECT @@GLOBAL.wsrep_desync');
        await database.stop();
        await database.start(galera.replaceAll('\n', ' '));
        await until('a synced node', async () => (await database.must("SHOW STATUS LIKE 'wsrep_local_state_comment'")).endsWith('Synced'));
        for (const kill of [false, true]) {
          const { id, pre, post } = attempt();
          expect(await host.run('mysql', pre)).toMatchObject({ code: 0, line: { application: { writeLocked: true } } });
          expect(await desync()).toBe('1');
          if (kill) await host.must(`kill -KILL ${await host.guardian(id)}`);
          expect(await host.run('mysql', post)).toMatchObject({ code: kill ? 203 : 0 });
          await until('synced again', async () => (await desync()) === '0');
          await database.must('INSERT INTO t.t (b) VALUES (3)');
        }
        await until('no process', async () => (await database.others()).length === 0);
        await database.stop();
        await database.start();
      });

    test('holds a server in a container', async () => {
      await host.must(`mkdir -p /usr/local/bin; cat >/usr/local/bin/docker <<'END'\n${DOCKER}\nEND\nchmod 755 /usr/local/bin/docker`);
      await database.stop();
      const server = `mkdir -p /var/lib/box; mount --bind /srv/data /var/lib/box; exec ${engine.server} --datadir=/var/lib/box/mysql`;
      await host.must(
        `cd /; unshare -m --propagation private bash -c '${server}' </dev/null >/run/server.log 2>&1 & echo $! >/run/container.pid`,
      );
      await until('a server that answers', async () => (await database.sql('SELECT 1')).code === 0);
      const line = await runThrough({ container: 'box', socket: '/run/mysqld/mysqld.sock' });
      expect(line?.filesystems).toContainEqual(expect.objectContaining({ mount: '/srv/data', held: true }));
      expect(await host.run('mysql', attempt({ container: 'other' }).pre)).toMatchObject({ code: 206 });
      await until('no process', async () => (await database.others()).length === 0);
    });
  });
});
