import { describeCauses } from './support/every-cause';
import type { Host } from './support/host';
import { Database, ENGINES, type Engine } from './support/mysql';

jest.setTimeout(90_000);

/** A table is made where neither engine's lock is held; a lock that is gives an error after a second and leaves nothing waiting. */
const PROBE = 'SET SESSION lock_wait_timeout = 1; DROP TABLE IF EXISTS t.probe; CREATE TABLE t.probe (a INT)';

const isLocked = async (host: Host): Promise<boolean> =>
  (await host.sh(`timeout 5 mysql --no-defaults -BN -S /run/mysqld/mysqld.sock -e '${PROBE}' >/dev/null 2>&1`)).code !== 0;

describe.each(Object.entries<Engine>(ENGINES))('the document of %s', (_name, engine) => {
  describeCauses([engine.capability, 'xfs'], {
    document: 'mysql',
    setUp: async (host) => {
      await Database.boot(host, engine);
      return { mounts: ['/srv/data'], locked: () => isLocked(host), processes: ['mariadbd', 'mysqld', 'ld-linux-x86-64', 'connection'] };
    },
  });
});
