import { join } from 'node:path';
import { describeCauses } from './support/every-cause';
import { until } from './support/process';

describeCauses([], {
  document: 'filesystem',
  parameters: { includePaths: '/srv/data,/srv/more' },
  setUp: async (host) => {
    await host.volume({ mount: '/srv/data' });
    await host.volume({ mount: '/srv/more' });
    return { mounts: ['/srv/data', '/srv/more'] };
  },
});

describeCauses([], {
  document: 'template',
  parameters: { includePaths: '/srv/data' },
  setUp: async (host) => {
    await host.volume({ mount: '/srv/data' });
    return { mounts: ['/srv/data'] };
  },
});

const LEDGER = join(import.meta.dirname, '../../sandbox/example/application/ledger.mjs');

describeCauses([], {
  document: 'ledger',
  setUp: async (host) => {
    await host.volume({ mount: '/journal' });
    await host.volume({ mount: '/ledger' });
    await host.must(`setsid node ${LEDGER} serve </dev/null >/dev/null 2>&1 & :`);
    await until('the ledger answers', async () => (await host.sh(`node ${LEDGER} ping`)).code === 0);
    const position = (): Promise<string> => host.must('/run/ledger status');
    const locked = async (): Promise<boolean> => {
      const before = await position();
      return (await position()) === before;
    };
    return { mounts: ['/journal', '/ledger'], locked, processes: ['node'] };
  },
});
