import { postgresql } from '../servers/postgresql-server';
import { DATA, LOG } from '../support/servers';
import { describeCauses } from './support/every-cause';
import { until } from './support/process';

jest.setTimeout(90_000);

/** There is no lock to look for: PostgreSQL is at a checkpoint, and only its filesystems are held. */
describeCauses(['postgresql', 'xfs'], {
  document: 'postgresql',
  setUp: async (host) => {
    const { prepare, start, ready } = postgresql();
    await host.volume({ mount: DATA, type: 'xfs' });
    await host.volume({ mount: LOG, type: 'xfs' });
    await host.must(`{ ${prepare}\n} >/run/prepare.log 2>&1`);
    await host.must(`setsid bash -c '${start}' </dev/null >/run/server.log 2>&1 & echo`);
    await until('a server that answers', async () => (await host.sh(ready)).code === 0);
    return { mounts: [DATA, LOG], processes: ['postgres'] };
  },
});
