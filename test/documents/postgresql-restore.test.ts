import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLUSTER, postgresql, START, STOP } from '../servers/postgresql-server';
import { describeWith } from '../support/capabilities';
import { DATA, LOG } from '../support/servers';
import { attempt, type Host, onHost } from './support/host';
import { until } from './support/process';

jest.setTimeout(60_000);

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/documents/postgresql.md'), 'utf8');
/** The settings of the page's restore to a point in time. */
const SETTINGS = /```\n *(restore_command = .*?)```/s.exec(PAGE)?.[1] ?? '';
const ARCHIVE = `archive_command = 'test ! -f /archive/%f && cp %p /archive/%f'`;

describeWith(['postgresql', 'mount-namespaces', 'loop-devices', 'xfs'], 'a set of PostgreSQL', () => {
  const sql = (host: Host, ...statements: readonly string[]): Promise<string> =>
    host.must(
      `setpriv --reuid=postgres --regid=postgres --init-groups -- psql -qAtX ${statements.map((text) => `-c "${text}"`).join(' ')}`,
    );
  const rows = (host: Host): Promise<string> => sql(host, "SELECT string_agg(b, ' ' ORDER BY a) FROM point");

  test(
    'is restored to a point in time as its page says',
    onHost(async (host) => {
      const { prepare } = postgresql('archive_mode = on', ARCHIVE);
      await host.volume({ mount: DATA, type: 'xfs' });
      await host.volume({ mount: LOG, type: 'xfs' });
      await host.must(`install -d -o postgres /archive; { ${prepare}\n${START}\n} >/run/prepare.log 2>&1`);
      const { pre, post } = attempt();
      await sql(host, 'CREATE TABLE point (a serial, b text)', "INSERT INTO point (b) VALUES ('before')");
      expect(await host.run('postgresql', pre)).toMatchObject({ code: 0 });
      const image = (mount: string) => `"$(losetup -nO BACK-FILE "$(findmnt -no SOURCE ${mount})")"`;
      await host.must(`cp --sparse=always ${image(DATA)} /srv/images/data; cp --sparse=always ${image(LOG)} /srv/images/log`);
      expect(await host.run('postgresql', post)).toMatchObject({ code: 0 });
      await sql(host, "INSERT INTO point (b) VALUES ('after')");
      const time = await sql(host, 'SELECT clock_timestamp()');
      await sql(host, "INSERT INTO point (b) VALUES ('mistake')");
      const last = await sql(host, 'SELECT pg_walfile_name(pg_switch_wal())');
      await until('the archive', async () => (await host.sh(`ls /archive/${last}`)).code === 0);
      await host.must(STOP);

      await host.must(`mount -o loop,nouuid /srv/images/data ${DATA}; mount -o loop,nouuid /srv/images/log ${LOG}`);
      const settings = SETTINGS.replace('2026-01-31 11:59:00+00', time);
      await host.must(`cat >>${CLUSTER}/postgresql.conf <<'END'\narchive_mode = off\n${settings}\nEND`);
      await host.must(`rm ${CLUSTER}/postmaster.pid; touch ${CLUSTER}/recovery.signal; ${START}`); // the old server's number may still be taken
      await until('the time', async () => (await sql(host, 'SELECT pg_get_wal_replay_pause_state()')) === 'paused');
      expect(await rows(host)).toBe('before after');
      await sql(host, 'SELECT pg_wal_replay_resume()');
      await until('a server of its own', async () => (await sql(host, 'SELECT pg_is_in_recovery()')) === 'f');
      await sql(host, "INSERT INTO point (b) VALUES ('on')");
      expect(await rows(host)).toBe('before after on');
    }),
  );
});
