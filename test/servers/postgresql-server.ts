import { DATA, LOG, type Server } from '../support/servers';

/** As the user postgres; the shell texts of {@link Server} are run as root. */
export const AS_POSTGRES = 'setpriv --reuid=postgres --regid=postgres --init-groups --';
const BIN = '/usr/lib/postgresql/*/bin';
const SOCKETS = '/run/postgresql';
export const CLUSTER = `${DATA}/postgresql`;
const SECOND = `${LOG}/second`;
/** Not on the volumes. */
export const PRIMARY = '/srv/primary';

const psql = (port: number, ...statements: readonly string[]): string =>
  `${AS_POSTGRES} psql -qAtX -v ON_ERROR_STOP=1 -p ${port} ${statements.map((sql) => `-c "${sql}"`).join(' ')}`;

const FOLDER = `cd /; install -d -o postgres -g postgres -m 755 ${SOCKETS}`;
const TABLE = 'CREATE TABLE load (writer int, number int, pad text, PRIMARY KEY (writer, number))';
const ROWS = 'SELECT writer, count(*), max(number) FROM load GROUP BY writer';

const pgCtl = (data: string, action: string): string => `${AS_POSTGRES} ${BIN}/pg_ctl -D ${data} -s -l /tmp/pg_ctl.log ${action}`;

/** A cluster with the table of the load, and not running; who is root on the machine may be any database role. */
const made = (data: string, wal: string, port: number, settings: readonly string[] = []): string => `
  install -d -o postgres -g postgres -m 700 ${data} ${wal}
  ${AS_POSTGRES} ${BIN}/initdb -D ${data} -X ${wal} --no-sync -E UTF8 --locale=C >/dev/null
  cat >>${data}/postgresql.conf <<'END'
listen_addresses = ''
unix_socket_directories = '${SOCKETS}'
port = ${port}
${settings.join('\n')}
END
  printf 'local %s all peer map=root\\n' all replication >${data}/pg_hba.conf
  printf 'root %s postgres\\n' root postgres >${data}/pg_ident.conf
  ${pgCtl(data, '-w start')}
  ${psql(port, TABLE)}
  ${pgCtl(data, '-m fast -w stop')}`;

const loadOf = (port: string): Server['load'] => ({
  client: { argv: ['bash', '-c', `exec psql -qAtX -U postgres -p ${port}`] },
  statement: "INSERT INTO load VALUES ({writer}, {number}, '{pad}') RETURNING 'acknowledged';\n",
  acknowledged: '^acknowledged$',
});

const serve = (data: string): string => `exec ${AS_POSTGRES} ${BIN}/postgres -D ${data}`;

/** A PostgreSQL of Debian's package: the cluster on the data volume, its write-ahead log on the other. */
export const postgresql = (...settings: readonly string[]): Server => ({
  prepare: `${FOLDER}${made(CLUSTER, `${LOG}/wal`, 5432, settings)}`,
  start: `${FOLDER}; ${serve(CLUSTER)}`,
  ready: psql(5432, 'SELECT 1'),
  load: loadOf('5432'),
  rows: psql(5432, ROWS),
});

/** Two clusters, each with its data where the other has its log; the writers take turns. */
export const twoClusters = (): Server => ({
  prepare: `${FOLDER}${made(CLUSTER, `${LOG}/wal`, 5432)}${made(SECOND, `${DATA}/second-wal`, 5433)}`,
  start: `${FOLDER}; ${pgCtl(SECOND, '-W start')}; ${serve(CLUSTER)}`,
  ready: `${psql(5432, 'SELECT 1')} && ${psql(5433, 'SELECT 1')}`,
  load: loadOf('$((5432 + {writer} % 2))'),
  rows: `${psql(5432, ROWS)}; ${psql(5433, ROWS)}`,
});

/**
 * A standby on the volumes, whose primary lies elsewhere and acknowledges what the standby has flushed. In restored copies there
 * is the standby alone.
 */
export const standby = (): Server => ({
  prepare: `${FOLDER}${made(PRIMARY, `${PRIMARY}-wal`, 5433)}
    ${pgCtl(PRIMARY, '-w start')}
    install -d -o postgres -g postgres -m 700 ${CLUSTER} ${LOG}/wal
    ${AS_POSTGRES} ${BIN}/pg_basebackup -D ${CLUSTER} --waldir=${LOG}/wal -R -c fast -p 5433
    echo 'port = 5432' >>${CLUSTER}/postgresql.conf
    echo "synchronous_standby_names = '*'" >>${PRIMARY}/postgresql.conf
    ${pgCtl(PRIMARY, '-m fast -w stop')}`,
  start: `${FOLDER}; [[ ! -e ${PRIMARY} ]] || ${pgCtl(PRIMARY, '-W start')}; ${serve(CLUSTER)}`,
  ready: psql(5432, 'SELECT 1'),
  load: loadOf('5433'),
  rows: psql(5432, ROWS),
});

/** Starts and stops the cluster of {@link postgresql} by hand; further words of pg_ctl may follow. */
export const START = `cd /; ${pgCtl(CLUSTER, '-w start')}`;
export const STOP = `cd /; ${pgCtl(CLUSTER, '-w stop')}`;

/** A further cluster, on the root volume, running. */
export const ROOT_CLUSTER = `set -e; cd /${made(PRIMARY, `${PRIMARY}-wal`, 5434)}\n${pgCtl(PRIMARY, '-w start')}`;
