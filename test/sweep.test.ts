import type { Policy } from '../lambda/core/policy/policy-schema';
import type { OwnSnapshot } from '../lambda/core/sweep/own-sets';
import { type SweepPorts, sweepPolicies } from '../lambda/sweep/sweep-policies';
import { policy } from './unit/policy-fixture';

const NOW = new Date('2026-11-22T05:00:00Z');
const TAGS = new Map([['Backup', 'nightly']]);
const LAUNCHED = new Date('2026-11-22T00:00:00Z');

const snapshotOf = (instanceId: string): OwnSnapshot => ({
  ...{ instanceId, executionId: `nightly@2026-11-22T03:00Z/${instanceId}`, attempt: '1', consistency: 'application', reason: 'proven' },
  ...{ state: 'completed', startedAt: new Date('2026-11-22T03:00:10Z') },
});

/** An account with two targets, one of them backed up; a policy in `unreadable` is refused. */
const sweep = async (policies: Readonly<Record<string, Policy>>, unreadable = '') => {
  const metrics: unknown[] = [];
  const lines: { readonly level: string; readonly message: string; readonly [field: string]: unknown }[] = [];
  const ports: SweepPorts = {
    policies: new Map(Object.entries(policies)),
    findInstances: async () => ['i-1', 'i-2'].map((id) => ({ id, state: 'running', tags: TAGS, launchedAt: LAUNCHED })),
    findSnapshots: async (policyId) => {
      if (policyId === unreadable) throw new Error('RequestLimitExceeded');
      return [snapshotOf('i-1')];
    },
    recordMetrics: (...recorded) => metrics.push(recorded),
    log: (level, message, fields) => lines.push({ level, message, ...fields }),
    now: () => NOW,
  };
  const error = await sweepPolicies(ports).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { metrics, lines, error };
};

test('tells each enabled policy’s worst target, and names it', async () => {
  const { metrics, lines, error } = await sweep({ nightly: policy(), off: policy({ State: 'DISABLED' }) });
  expect(error).toBeUndefined();
  expect(metrics).toEqual([['nightly', { HoursOverdue: 1, NewestProvenSetAge: 2 }]]);
  expect(lines).toEqual([
    {
      ...{ level: 'warn', message: 'policy swept', policyId: 'nightly', targets: 2, sets: 1, hoursOverdue: 1, newestProvenSetAge: 2 },
      ...{ overdueTargets: 1, overdue: [{ instanceId: 'i-2', hours: 1, since: undefined }] },
    },
  ]);
});

test('tells 0 where nothing is overdue, so that silence means that there was no sweep', async () => {
  const { metrics } = await sweep({ elsewhere: policy({ TargetTags: [{ Key: 'Backup', Value: 'elsewhere' }] }) });
  expect(metrics).toEqual([['elsewhere', { HoursOverdue: 0 }]]);
});

test('owes nothing to targets that the canary tag leaves out', async () => {
  const { metrics } = await sweep({ nightly: policy({ Stillpoint: { CanaryTag: { Key: 'Ring', Value: 'canary' } } }) });
  expect(metrics).toEqual([['nightly', { HoursOverdue: 0 }]]);
});

test('a policy that can’t be looked at is told by its silence, and keeps no other from being told', async () => {
  const { metrics, lines, error } = await sweep({ broken: policy(), nightly: policy() }, 'broken');
  expect(metrics).toEqual([['nightly', expect.anything()]]);
  expect(lines[0]).toMatchObject({ level: 'error', message: 'policy not swept', policyId: 'broken' });
  expect(error).toEqual(new Error('not swept: broken'));
});
