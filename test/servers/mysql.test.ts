import { describeWith } from '../support/capabilities';
import { Servers, tell } from '../support/servers';
import { mariadb, mysql } from './mysql-server';

// Between the copies: what was in memory only comes to the data volume, and the log need not keep it any longer.
const CHECKPOINT = `SET GLOBAL innodb_io_capacity_max = 20000; SET GLOBAL innodb_io_capacity = 20000;
  SET GLOBAL innodb_max_dirty_pages_pct_lwm = 0; SET GLOBAL innodb_max_dirty_pages_pct = 0; FLUSH TABLES t.load FOR EXPORT; UNLOCK TABLES`;

const ENGINES = [
  { engine: 'mariadb', server: mariadb },
  { engine: 'mysql', server: mysql },
] as const;

describe.each(ENGINES)('$engine under load', ({ engine, server }) => {
  describeWith([engine, 'mount-namespaces', 'loop-devices', 'ext4', 'xfs'], 'in the whole sandbox', () => {
    let servers: Servers;
    beforeAll(async () => {
      servers = await Servers.open([
        { name: engine, server: server(), document: 'mysql' },
        { name: 'unquiesced', server: server(), document: 'mysql' },
      ]);
    }, 300_000);
    afterAll(() => servers?.close());

    test('loses no acknowledged row in a set of both volumes', async () => {
      const proof = await servers.of(engine).proof();
      tell(engine, proof);
      expect(proof.wrongs).toEqual([]);
      expect(proof.closed).toMatchObject({ consistency: 'application' });
    }, 300_000);

    test('loses some in copies of one volume after the other', async () => {
      const counter = await servers
        .of('unquiesced')
        .counterProof({ first: 'data', between: `mysql -S /run/mysqld/mysqld.sock -e '${CHECKPOINT}'` });
      expect(counter.wrongs).not.toEqual([]);
    }, 300_000);
  });
});
