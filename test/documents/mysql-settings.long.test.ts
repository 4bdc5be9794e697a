import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '../support/capabilities';
import { attempt, Host } from './support/host';
import { Database, ENGINES, type Engine } from './support/mysql';
import { until } from './support/process';

jest.setTimeout(60_000);

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/documents/mysql.md'), 'utf8');
/** The command of the page that begins so. */
const commandOf = (begin: string): string => new RegExp(`^ *(${begin}.*)$`, 'm').exec(PAGE)?.[1] ?? '';
const grantsOf = (name: string): string => new RegExp(`\`\`\`sql\n-- ${name}\n(.*?)\`\`\``, 's').exec(PAGE)?.[1] ?? '';

const PORT = '23391';

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

    test('206 when the user may not ask for all files, whatever its role may do', async () => {
      const right = name === 'MySQL' ? 'BACKUP_ADMIN' : 'RELOAD';
      await database.must(`CREATE ROLE backup; GRANT ${right} ON *.* TO backup; CREATE USER limited@localhost IDENTIFIED BY 'x'; GRANT backup TO limited@localhost;
        SET DEFAULT ROLE ${name === 'MySQL' ? 'backup TO' : 'backup FOR'} limited@localhost`);
      await host.must(`printf '[client]\\nuser=limited\\npassword=x\\n' >/run/limited`);
      const answer = await host.run('mysql', attempt({ defaultsFile: '/run/limited' }).pre);
      expect(answer).toMatchObject({ code: 206, line: { error: expect.stringContaining('PROCESS privilege') } });
    });

    test('206 when the server that answers is on another host', async () => {
      await database.stop();
      await database.start(`--skip-networking=0 --bind-address=127.0.0.1 --port=${PORT}`);
      const byPort = { defaultsFile: '/run/options', port: PORT };
      await runThrough(byPort);
      await host.must('echo elsewhere >/run/hostname; mount --bind /run/hostname /proc/sys/kernel/hostname');
      const answer = await host.run('mysql', attempt(byPort).pre);
      expect(answer).toMatchObject({
        code: 206,
        line: { error: expect.stringMatching(/^the server that answers runs on .*, not on elsewhere$/) },
      });
      await runThrough(); // by the socket it is this host's, whatever that was called before
      await host.must('umount /proc/sys/kernel/hostname');
    });

    if (name === 'MySQL')
      test('206 while there is no redo log to recover from', async () => {
        await database.must('ALTER INSTANCE DISABLE INNODB REDO_LOG');
        const answer = await host.run('mysql', attempt().pre);
        expect(answer).toMatchObject({ code: 206, line: { error: expect.stringContaining("InnoDB's redo log is disabled") } });
        await database.must('ALTER INSTANCE ENABLE INNODB REDO_LOG');
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
      await database.must('SET GLOBAL innodb_flush_log_at_trx_commit = 0');
      const { stdout } = await host.run('mysql', { command: 'dry-run' });
      const told = JSON.parse(stdout.trim());
      expect(told).toMatchObject({ exitCode: 0, ready: true });
      expect(told.checks).toContainEqual(expect.objectContaining({ name: 'lock' }));
      expect(told.checks).toContainEqual(expect.objectContaining({ name: 'commits', result: 'warning' }));
      await database.must('SET GLOBAL innodb_flush_log_at_trx_commit = 1');
      expect(await host.frozen('/srv/data')).toBe(false);
      await database.must('CREATE TABLE t.free (a INT); DROP TABLE t.free');
    });

    test('lets writes wait where the data lies on a filesystem that is not frozen', async () => {
      await database.stop();
      await host.must('cp -a /srv/data/mysql /opt/mysql-root');
      await database.start('--datadir=/opt/mysql-root');
      const { stdout } = await host.run('mysql', { command: 'dry-run' });
      expect(JSON.parse(stdout)).toMatchObject({
        writeLocked: true,
        leave: expect.arrayContaining([expect.objectContaining({ application: true })]),
      });
      const { pre, post } = attempt();
      expect(await host.run('mysql', pre)).toMatchObject({ code: 0, line: { application: { quiesced: true, writeLocked: true } } });
      const write = database.sql('INSERT INTO t.t (b) VALUES (3)');
      await database.untilRunning('INSERT INTO t.t');
      expect(await host.run('mysql', post)).toMatchObject({ code: 0 });
      expect(await write).toMatchObject({ code: 0 });
      await database.stop();
      await database.start();
    });

    test('is restored to a point in time as its page says', async () => {
      const rows = () => database.must("SELECT GROUP_CONCAT(b ORDER BY a SEPARATOR ' ') FROM t.point");
      const { pre, post } = attempt();
      await database.must(
        'CREATE TABLE t.point (a INT PRIMARY KEY AUTO_INCREMENT, b VARCHAR(9)); INSERT INTO t.point (b) VALUES ("before")',
      );
      await database.must('CREATE TABLE t.written (n INT PRIMARY KEY)');
      // Acknowledged when it is in the server's memory (MariaDB), or in the kernel's (MySQL): not synced in any case.
      await database.must(`SET GLOBAL sync_binlog = 0; SET GLOBAL innodb_flush_log_at_trx_commit = ${name === 'MySQL' ? 2 : 0}`);
      await host.must(`(until [[ -e /run/enough ]]; do printf 'INSERT INTO t.written VALUES (%d);%900s SELECT %d;\\n' $((++n)) '' $n; done |
        mysql --no-defaults -BN --unbuffered -S /run/mysqld/mysqld.sock >/run/acknowledged; touch /run/ended) </dev/null >/dev/null 2>&1 & echo`);
      await until('writes', async () => Number((await host.sh('wc -l </run/acknowledged')).stdout) > 200);
      const held = await host.run('mysql', pre);
      const acknowledged = await host.must('touch /run/enough; tail -n 1 /run/acknowledged');
      await host.must('cp --sparse=always "$(losetup -nO BACK-FILE "$(findmnt -no SOURCE /srv/data)")" /srv/images/copy');
      expect(await host.run('mysql', post)).toMatchObject({ code: 0 });
      await until('the last write', async () => (await host.sh('ls /run/ended')).code === 0);
      await database.must('INSERT INTO t.point (b) VALUES ("after")');
      const second = () => database.must("SELECT DATE_FORMAT(NOW(), '%Y-%m-%d %H:%i:%s')");
      const begun = await second();
      await until('the next second', async () => (await second()) > begun);
      const stop = await second();
      await database.must('INSERT INTO t.point (b) VALUES ("mistake")');
      await database.must('FLUSH BINARY LOGS');
      await host.must('cp -a /srv/data/mysql /srv/archive');
      await database.stop();

      await host.must('mkdir /srv/restored; mount -o loop,nouuid /srv/images/copy /srv/restored; rm -f /srv/restored/mysql/auto.cnf');
      await database.start('--datadir=/srv/restored/mysql --event-scheduler=OFF --skip-slave-start --sync-binlog=0');
      expect(await rows()).toBe('before');
      expect(await database.must(`SELECT COUNT(*) = MAX(n) AND MAX(n) >= ${acknowledged} FROM t.written`)).toBe('1');
      const [file = '', position = ''] = (await host.must(commandOf('mysql -BN -e .SHOW BINARY LOGS'))).split('\t');
      if (name === 'MariaDB') expect(held.line?.application.coordinates).toMatchObject({ binlogFile: file, binlogPosition: position });
      const files = (await host.must(`cd /srv/archive; ls binlog.[0-9]*`)).split('\n').filter((log) => log >= file);
      expect(files.length).toBeGreaterThan(1);
      const apply = commandOf('mysqlbinlog --start')
        .replace('POSITION', position)
        .replace('2026-01-31 11:59:00', stop)
        .replace('binlog.000042 binlog.000043', files.join(' '));
      await host.must(`set -o pipefail; cd /srv/archive; ${apply}`);
      expect(await rows()).toBe('before after');
      await database.stop();
      await host.must('umount /srv/restored; rm -r /srv/archive /srv/images/copy');
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
