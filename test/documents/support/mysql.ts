import type { Host } from './host';
import { type Ended, until } from './process';

/** A real server in a test's host. */
export interface Engine {
  readonly capability: 'mariadb' | 'mysql';
  /** Puts the client where the document finds it. */
  readonly install: string;
  /** Makes an empty database in the folder $1; root needs no password. */
  readonly create: string;
  /** The server's command, but for the folder. */
  readonly server: string;
}

const COMMON = '--user=mysql --skip-networking --pid-file=/run/mysqld/pid --socket=/run/mysqld/mysqld.sock';
const UNPACKED = '/var/cache/stillpoint/mysql';

export const ENGINES = {
  MariaDB: {
    capability: 'mariadb',
    install: 'true',
    create: 'mariadb-install-db --no-defaults --user=mysql --datadir="$1" --innodb-log-file-size=8M --skip-test-db >/dev/null 2>&1',
    server: `mariadbd --no-defaults ${COMMON} --innodb-log-file-size=8M --log-bin=binlog`,
  },
  MySQL: {
    capability: 'mysql',
    // The program that it runs is the one of the link's name.
    install: `mkdir -p /usr/local/bin && for name in mysql mysqlbinlog; do ln -sf ${UNPACKED}/bin/mysql /usr/local/bin/$name; done`,
    create: `${UNPACKED}/bin/mysqld --no-defaults --initialize-insecure --user=mysql --basedir=${UNPACKED}/usr --datadir="$1" 2>/dev/null`,
    server: `${UNPACKED}/bin/mysqld --no-defaults ${COMMON} --basedir=${UNPACKED}/usr --mysqlx=OFF --secure-file-priv=NULL --innodb-redo-log-capacity=8M`,
  },
} as const satisfies Record<string, Engine>;

/** The server, on a volume of its own at /srv/data. */
export class Database {
  private constructor(
    readonly host: Host,
    private readonly engine: Engine,
  ) {}

  static async boot(host: Host, engine: Engine): Promise<Database> {
    await host.volume({ mount: '/srv/data', type: 'xfs' });
    const folder = 'install -d -o mysql -g mysql -m 755 /srv/data/mysql /run/mysqld';
    await host.must(`${folder}; ${engine.install}; set -- /srv/data/mysql; ${engine.create}`);
    const database = new Database(host, engine);
    await database.start();
    await database.must('CREATE DATABASE t; CREATE TABLE t.t (a INT PRIMARY KEY AUTO_INCREMENT, b INT) ENGINE=InnoDB');
    return database;
  }

  /** Starts the server; `more` are further options. */
  async start(more = ''): Promise<void> {
    await this.host.must(`cd /; setsid ${this.engine.server} --datadir=/srv/data/mysql ${more} </dev/null >/run/server.log 2>&1 & echo`);
    await until('a server that answers', async () => (await this.sql('SELECT 1')).code === 0);
  }

  async stop(): Promise<void> {
    await this.host.must('kill $(cat /run/mysqld/pid); while [[ -e /run/mysqld/pid ]]; do sleep 0.05; done');
  }

  /** Runs statements in a session of their own, as root. */
  async sql(statements: string): Promise<Ended> {
    return this.host.sh(`mysql --no-defaults -BN -S /run/mysqld/mysqld.sock 2>&1 <<'END'\n${statements}\nEND`);
  }

  async must(statements: string): Promise<string> {
    const { code, stdout } = await this.sql(statements);
    if (code !== 0) throw new Error(`${statements}: ${stdout}`);
    return stdout.trim();
  }

  /** Connections with a statement under way that has this text in it, by id. */
  async running(text: string): Promise<readonly string[]> {
    const list = await this.must('SHOW FULL PROCESSLIST');
    return list.split('\n').flatMap((line) => (line.includes(text) && !line.includes('SHOW FULL') ? (line.split('\t')[0] ?? []) : []));
  }

  async untilRunning(text: string): Promise<void> {
    await until(`a statement with ${text}`, async () => (await this.running(text)).length > 0);
  }

  /** The connection that the guardian's session has. */
  async sessions(): Promise<readonly string[]> {
    return (await this.must('SHOW PROCESSLIST')).split('\n').flatMap((line) => (/\tSleep\t/.test(line) ? (line.split('\t')[0] ?? []) : []));
  }

  /** Processes beside the server's. */
  async others(): Promise<readonly string[]> {
    return (await this.host.processes()).filter((name) => !/^(mariadbd|mysqld|ld-linux|connection)/.test(name));
  }
}
