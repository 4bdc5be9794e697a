import { describeWith } from '../support/capabilities';
import { attempt, Host } from './support/host';
import { Database, ENGINES, type Engine } from './support/mysql';
import { until } from './support/process';

jest.setTimeout(60_000);

const INSERT = 'INSERT INTO t.t (b) VALUES (1)';

describe.each(Object.entries<Engine>(ENGINES))('the document of %s', (name, engine) => {
  describeWith([engine.capability, 'mount-namespaces', 'loop-devices', 'xfs', 'ext4'], 'on a real server', () => {
    let host: Host;
    let database: Database;
    beforeAll(async () => {
      host = await Host.boot();
      database = await Database.boot(host, engine);
    });
    afterAll(() => host?.stop());

    /** Nothing frozen, nothing locked, no process left. */
    const expectFree = async (): Promise<void> => {
      expect(await host.frozen('/srv/data')).toBe(false);
      await database.must(`${INSERT}; CREATE TABLE t.free (a INT); DROP TABLE t.free`);
      await until('no process', async () => (await database.others()).length === 0);
    };

    test('a write waits while it holds, and goes through after it', async () => {
      const { pre, post } = attempt();
      const held = await host.run('mysql', pre);
      expect(held).toMatchObject({
        code: 0,
        line: { result: 'held', application: { name: 'mysql', quiesced: true }, filesystems: [{ mount: '/srv/data', held: true }] },
      });
      const coordinates = held.line?.application.coordinates;
      expect(coordinates).toMatchObject({
        server: expect.stringContaining(name),
        position: name === 'MySQL' ? 'lower-bound' : 'exact',
        binlogFile: 'binlog.000001',
        binlogPosition: expect.stringMatching(/^[0-9]+$/),
      });
      const before = await database.must('SELECT COUNT(*) FROM t.t');
      const write = database.sql(INSERT);
      await database.untilRunning(INSERT);
      expect(await database.must('SELECT COUNT(*) FROM t.t')).toBe(before);
      expect(await host.run('mysql', post)).toMatchObject({
        code: 0,
        line: { result: 'released', thawedBy: 'post', application: { quiesced: true } },
      });
      expect(await write).toMatchObject({ code: 0, stdout: '' });
      await expectFree();
    });

    test('206 while a statement keeps the lock away, and nobody waits for it any longer', async () => {
      const slow = database.sql('CREATE TABLE t.slow AS SELECT SLEEP(60)');
      await database.untilRunning('SLEEP');
      expect(await host.run('mysql', attempt().pre)).toMatchObject({ code: 206, line: { error: 'the lock was not free within 3 s' } });
      expect(await host.frozen('/srv/data')).toBe(false);
      await database.must(INSERT);
      for (const id of await database.running('SLEEP')) await database.must(`KILL ${id}`);
      await slow;
      await database.must('DROP TABLE IF EXISTS t.slow');
      await expectFree();
    });

    test('a script that is killed while it waits for the lock leaves nothing', async () => {
      const slow = database.sql('CREATE TABLE t.slow AS SELECT SLEEP(60)');
      await database.untilRunning('SLEEP');
      const { id, pre, post } = attempt();
      const command = await host.begin('mysql', pre);
      await host.untilPhase(id, 'quiescing');
      command.kill();
      await host.untilPhase(id, 'failed');
      for (const connection of await database.running('SLEEP')) await database.must(`KILL ${connection}`);
      await slow;
      await database.must('DROP TABLE IF EXISTS t.slow');
      expect(await host.run('mysql', post)).toMatchObject({ code: 205 });
      await expectFree();
    });

    test('203 after the database session was killed: nothing is claimed', async () => {
      const { pre, post } = attempt();
      await host.run('mysql', pre);
      const sessions = await database.sessions();
      expect(sessions).toHaveLength(1);
      await database.must(`KILL ${sessions[0]}`);
      expect(await host.run('mysql', post)).toMatchObject({ code: 203, line: { result: 'failed', application: { quiesced: false } } });
      await expectFree();
    });

    test('203 after the guardian was killed: its lock has ended, and post thaws', async () => {
      const { id, pre, post } = attempt();
      await host.run('mysql', pre);
      await host.must(`kill -KILL ${await host.guardian(id)}`);
      await until('no session', async () => (await database.sessions()).length === 0);
      expect(await host.run('mysql', post)).toMatchObject({ code: 203 });
      await expectFree();
    });

    test('203 after the auto-thaw, which releases the lock too', async () => {
      const { id, pre, post } = attempt({ autoThawSeconds: '5' });
      expect(await host.run('mysql', pre)).toMatchObject({ code: 0 });
      await host.untilPhase(id, 'auto-thawed');
      await database.must(INSERT);
      expect(await host.run('mysql', post)).toMatchObject({ code: 203, line: { thawedBy: 'auto-thaw' } });
      await expectFree();
    });

    test('pre and post that come twice get the same answers; another attempt is refused', async () => {
      const { pre, post } = attempt();
      const first = await host.run('mysql', pre);
      expect(await host.run('mysql', pre)).toMatchObject({ code: 0, line: first.line });
      expect(await host.run('mysql', attempt().pre)).toMatchObject({ code: 204 });
      expect(await host.run('mysql', attempt().post)).toMatchObject({ code: 205 });
      const last = await host.run('mysql', post);
      expect(last).toMatchObject({ code: 0 });
      expect(await host.run('mysql', post)).toMatchObject({ code: 0, line: last.line });
      await expectFree();
    });

    test('an idle limit of the server does not end the hold', async () => {
      await database.must('SET GLOBAL wait_timeout = 3');
      const { pre, post } = attempt();
      await host.run('mysql', pre);
      const idle = host.sh('sleep 20 | mysql --no-defaults -S /run/mysqld/mysqld.sock');
      await until('two sessions', async () => (await database.sessions()).length === 2);
      await until('only one again', async () => (await database.sessions()).length === 1);
      expect(await host.run('mysql', post)).toMatchObject({ code: 0, line: { application: { quiesced: true } } });
      await database.must('SET GLOBAL wait_timeout = 28800');
      await host.must('pkill -x sleep');
      await idle;
      await expectFree();
    });

    test('206 while the server is down', async () => {
      await database.stop();
      expect(await host.run('mysql', attempt().pre)).toMatchObject({
        code: 206,
        line: { error: expect.stringContaining("Can't connect") },
      });
      expect(await host.frozen('/srv/data')).toBe(false);
      await database.start();
      await expectFree();
    });
  });
});
