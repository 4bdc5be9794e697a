import { describeWith } from '../support/capabilities';
import { attempt, onHost } from './support/host';
import { until } from './support/process';
import { AOF, ask, endServer, RDB, SOCKET, serve } from './support/redis';

jest.setTimeout(60_000);

const NAMED = { sockets: SOCKET };

describeWith(['mount-namespaces', 'loop-devices', 'ext4', 'redis'], 'the redis document', () => {
  test(
    'lets writes wait from before the freeze to after the thaw, and not a read',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await serve(host);
      await ask(host, 'set before 1');
      const { pre, post } = attempt(NAMED);

      expect(await host.run('redis', pre)).toMatchObject({
        code: 0,
        line: {
          result: 'held',
          application: {
            name: 'redis',
            quiesced: true,
            coordinates: { 'redis.sock.role': 'master', 'redis.sock.appendfsync': 'everysec' },
          },
          filesystems: [{ mount: '/srv/data', held: true }],
        },
      });
      await host.must('redis-cli -s /run/redis.sock set during 1 >/run/answer 2>&1 </dev/null &');
      await until('the write waits', async () => /blocked_clients:1/.test(await ask(host, 'info clients')));
      expect(await ask(host, 'get before')).toBe('1');
      expect(await ask(host, 'exists during')).toBe('0');

      expect(await host.run('redis', post)).toMatchObject({ code: 0, line: { result: 'released', application: { quiesced: true } } });
      await until('the write is done', async () => (await host.sh('cat /run/answer')).stdout === 'OK\n');
      await endServer(host);
      await until('no process', async () => (await host.processes()).length === 0);
    }),
  );

  test(
    'a server without an append-only file is saved before the freeze, under load, and goes on in memory',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await serve(host, RDB);
      const count = async (key: string) => Number(await ask(host, `get ${key}`));
      const both = "redis.call('incr', 'a'); return redis.call('incr', 'b')";
      await host.must(`redis-cli -s ${SOCKET} -r 100000000 eval "${both}" 0 >/dev/null 2>&1 </dev/null &`);
      await until('writes go on', async () => (await count('b')) > 0);
      const acknowledged = await count('b');
      const { pre, post } = attempt(NAMED);

      expect(await host.run('redis', pre)).toMatchObject({ code: 0, line: { application: { quiesced: true } } });
      const held = await count('b');
      await until('writes go on', async () => (await count('b')) > held);
      await host.must('mkdir /run/copy; cp /srv/data/dump.rdb /run/copy');
      expect(await host.run('redis', post)).toMatchObject({ code: 0 });
      await endServer(host);

      await serve(host, RDB, { folder: '/run/copy' });
      const saved = await count('b');
      expect(saved).toBeGreaterThanOrEqual(acknowledged);
      expect(saved).toBeLessThanOrEqual(held);
      expect(await count('a')).toBe(saved);
    }),
  );

  test(
    'finds all servers that run, each by its own sockets, and holds all of their filesystems',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.volume({ mount: '/srv/other', type: 'xfs' });
      await host.volume({ mount: '/srv/bystander' });
      await serve(host);
      await serve(host, AOF, { folder: '/srv/other', socket: '/run/other.sock' });
      await host.must(
        "printf '%s\\n' 'port 0' 'unixsocket /run/sentinel.sock' 'daemonize yes' >/run/sentinel.conf; redis-server /run/sentinel.conf --sentinel",
      );
      await until('the sentinel answers', async () => (await host.sh('redis-cli -s /run/sentinel.sock ping')).code === 0);
      const { pre, post } = attempt();

      const held = await host.run('redis', pre);
      expect(held).toMatchObject({ code: 0 });
      expect(held.line?.filesystems.map(({ mount }) => mount).sort()).toEqual(['/srv/data', '/srv/other']);
      expect(await host.run('redis', post)).toMatchObject({ code: 0 });
    }),
  );
});
