import { join } from 'node:path';
import type { FleetInstance } from '../../sandbox/ports';
import { madeUpId } from '../../sandbox/scenario/fleet';
import { readScenario } from '../../sandbox/scenario/scenario';
import { type Case, documents, instanceOf, policyOf, volumeOf } from '../end-to-end/harness/cases';
import { TestSandbox } from '../support/sandbox';

const POLICIES: Readonly<Record<string, Case>> = {
  fleet: { stillpoint: { Preflight: { CronExpression: 'cron(0 12 * * ? *)' } } },
  scripted: { script: { ExecutionHandler: 'scripted' } },
  orders: { script: { ExecutionHandler: 'orders' } },
  'no-contract': { script: { ExecutionHandler: 'no-contract' } },
  'no-script': { script: null },
  nobody: {},
};

const under = (policy: string, name: string, of: Case = {}, more: Partial<FleetInstance> = {}): FleetInstance => ({
  ...instanceOf(name, { ...of, under: policy }),
  ...more,
});

/** Good and bad targets, several a policy. */
const FLEET: readonly FleetInstance[] = [
  under('fleet', 'good'),
  under('fleet', 'no-profile', {}, { profile: false }),
  under('fleet', 'offline', { agent: 'offline' }),
  under('fleet', 'unmanaged', { agent: 'unmanaged' }),
  under('fleet', 'sleeper', { state: 'stopped' }),
  under('fleet', 'no-data', { volumes: [{ ...volumeOf('no-data'), filesystem: 'none' }] }),
  under('fleet', 'forbidden'),
  under('scripted', 'down'),
  under('scripted', 'on-root'),
  under('scripted', 'locked-on-root'),
  under('orders', 'stranger'),
  under('no-contract', 'broken'),
  under('no-script', 'plain'),
];

/** Policies of the example fleet that the README shows. */
export const EXAMPLES: readonly string[] = ['nightly', 'ledger-once'];
const EXAMPLE = readScenario(join(import.meta.dirname, '../../sandbox/example/scenario.json'));
const EXAMPLE_FLEET = EXAMPLE.fleet.map(({ instance }) => instance).filter(({ tags }) => EXAMPLES.includes(tags['Backup'] ?? ''));

export const idOf = (name: string): string => madeUpId('i', name);

/** The sandbox with this fleet, and on its instances what makes them good or bad. */
export const openFleet = async (): Promise<TestSandbox> => {
  const policies = Object.fromEntries(Object.entries(POLICIES).map(([name, of]) => [name, policyOf(name, of)]));
  const sandbox = await TestSandbox.open({
    fleet: [...FLEET, ...EXAMPLE_FLEET],
    policies: { ...policies, ...Object.fromEntries([...EXAMPLE.policies].filter(([id]) => EXAMPLES.includes(id))) },
    documents: documents(),
  });
  const hook = async (name: string, hooks: Readonly<Record<string, string>>): Promise<void> => {
    for (const [file, body] of Object.entries(hooks)) {
      const { code, stderr } = await sandbox.run(idOf(name), `mkdir -p /run/app && cat >/run/app/${file} <<'END'\n${body}\nEND`);
      if (code !== 0) throw new Error(stderr);
    }
  };
  await hook('down', { paths: 'echo /data', ready: 'ERROR="the database is down"; return 206' });
  await hook('on-root', { paths: 'echo /etc; echo /data' });
  await hook('locked-on-root', { paths: 'echo /etc; echo /data', dry_run: 'check_write_locked' });
  return sandbox;
};
