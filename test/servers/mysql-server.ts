import { DATA, LOG, type Server } from '../support/servers';

const UNPACKED = '/var/cache/stillpoint/mysql';
const SOCKET = '/run/mysqld/mysqld.sock';
const FOLDER = 'install -d -o mysql -g mysql -m 755 /run/mysqld';
const SETTINGS = `--no-defaults --user=mysql --datadir=${DATA}/mysql --socket=${SOCKET} --skip-networking --pid-file=/run/mysqld/pid
  --log-bin=${LOG}/binlog/binlog --sync-binlog=1 --innodb-log-group-home-dir=${LOG}/redo`.replaceAll('\n', ' ');

const TABLE = `CREATE DATABASE t; CREATE TABLE t.load (writer INT, number INT, pad VARCHAR(90), PRIMARY KEY (writer, number))`;
const FOLDERS = `install -d -o mysql -g mysql -m 700 ${DATA}/mysql ${LOG}/binlog ${LOG}/redo`;

export interface MysqlOptions {
  /** Run once in the new database. */
  readonly sql?: string;
}

const serverOf = (server: string, client: string, create: string, { sql = 'SELECT 1' }: MysqlOptions): Server => {
  const ask = `${client} --no-defaults -BN --socket=${SOCKET}`;
  return {
    prepare: `
      ${FOLDER}
      ${FOLDERS}
      cd /
      ${create}
      (exec ${server}) >/tmp/prepare.log 2>&1 & server=$!
      until ${ask} -e 'SELECT 1' >/dev/null 2>&1; do kill -0 "$server"; sleep 0.1; done
      ${ask} -e '${TABLE}; ${sql}'
      kill "$server"
      wait "$server"`,
    start: `cd /; ${FOLDER}; exec ${server}`,
    ready: `${ask} -e 'SELECT 1'`,
    load: {
      client: { argv: [...ask.split(' '), '--unbuffered'] },
      statement: "INSERT INTO t.load VALUES ({writer}, {number}, '{pad}'); SELECT 'acknowledged';\n",
      acknowledged: '^acknowledged$',
      writers: 16,
    },
    rows: `${ask} -e 'SELECT writer, COUNT(*), MAX(number) FROM t.load GROUP BY writer'`,
  };
};

/** Debian's MariaDB: tables on the data volume, binary log and redo log on the other. */
export const mariadb = (options: MysqlOptions = {}): Server =>
  serverOf(
    `mariadbd ${SETTINGS}`,
    'mariadb',
    `mariadb-install-db --no-defaults --user=mysql --datadir=${DATA}/mysql --innodb-log-group-home-dir=${LOG}/redo >/dev/null 2>&1`,
    options,
  );

/** The MySQL that fetch-mysql.sh unpacked, laid out in the same way. Its client becomes the instance's `mysql`. */
export const mysql = (options: MysqlOptions = {}): Server => {
  const more = `--basedir=${UNPACKED}/usr --mysqlx=OFF --secure-file-priv=NULL`;
  const server = `${UNPACKED}/bin/mysqld ${SETTINGS} ${more}`;
  const create = `ln -sf ${UNPACKED}/bin/mysql /usr/bin/mysql; ${server} --initialize-insecure 2>/dev/null`;
  return serverOf(server, `${UNPACKED}/bin/mysql`, create, options);
};
