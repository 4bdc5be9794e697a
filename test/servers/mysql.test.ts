import { describeWith } from '../support/capabilities';
import { Servers, tell } from '../support/servers';
import { mariadb, mysql } from './mysql-server';

/**
 * Between the copies: the server writes to the data volume what was in memory only, until a checkpoint lies behind the first copy. From then
 * on the log need not keep what the first copy lacks, and recovery does not look for it.
 */
const CHECKPOINT = `
  ask() { mysql -BNr -S /run/mysqld/mysqld.sock -e "$1"; }
  status() { ask 'SHOW ENGINE INNODB STATUS' | sed -n "s/^$1  *\\([0-9][0-9]*\\)$/\\1/p"; }
  copied=$(status 'Log sequence number')
  ask 'SET GLOBAL innodb_io_capacity_max = 20000; SET GLOBAL innodb_io_capacity = 20000;
    SET GLOBAL innodb_max_dirty_pages_pct_lwm = 0; SET GLOBAL innodb_max_dirty_pages_pct = 0; FLUSH TABLES t.load FOR EXPORT; UNLOCK TABLES'
  for tries in {1..1000}; do
    [[ $(status 'Last checkpoint at') -le $copied ]] || exit 0
    sleep 0.1
  done
  echo "no checkpoint behind $copied" >&2
  exit 1`;

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
      const counter = await servers.of('unquiesced').counterProof({ first: 'data', between: CHECKPOINT });
      expect(counter.wrongs).not.toEqual([]);
    }, 300_000);
  });
});
