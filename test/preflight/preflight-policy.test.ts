import type { OutgoingEvent } from '../../lambda/core/event/common';
import { placeOf } from '../../lambda/core/event/common';
import { preflightDetailSchema } from '../../lambda/core/event/preflight-event';
import { PREFLIGHT_SCHEDULE } from '../../lambda/core/preflight/request';
import type { PreflightPorts } from '../../lambda/preflight/ports';
import { preflightPolicy } from '../../lambda/preflight/preflight-policy';
import { goodFacts, line, NOW } from '../unit/preflight/facts';
import { samplePolicy } from '../unit/preflight/policy';

const PLACE = placeOf('arn:aws:stillpoint:eu-west-1:111122223333:policy/');
const SCHEDULED = { policyId: 'nightly', schedule: PREFLIGHT_SCHEDULE, time: '2026-11-21T03:00:00Z' } as const;
const { agent } = goodFacts();
const target = (id: string) => ({ id, state: 'running', tags: new Map([['Backup', 'nightly']]) });

/** A world of good targets, of which a test replaces what it is about. */
const world = (targets: readonly string[], over: Partial<PreflightPorts> = {}) => {
  const events: OutgoingEvent[] = [];
  const sent: string[] = [];
  let now = NOW.getTime();
  const ports: PreflightPorts = {
    policies: new Map([['nightly', samplePolicy()]]),
    volumeKeys: [],
    brakes: { stopSwitch: async () => undefined, policy: async () => ({ incidents: [], pause: undefined }), state: async () => undefined },
    ec2: {
      findInstances: async () => targets.map(target),
      instance: async () => goodFacts().instance,
      mayCreateSet: async () => ({ allowed: true }),
      lastSet: async () => undefined,
    },
    agent: async () => agent,
    documents: {
      pin: async (name) => {
        const { document } = goodFacts();
        if (document?.ok !== true) return { problem: 'none' };
        return { ...document, name, hash: undefined, contract: { ok: true, document: document.contract } };
      },
    },
    commands: {
      send: async ({ parameters }) => {
        sent.push(parameters['command'] ?? '');
        return { kind: 'sent', command: { commandId: 'c', documentVersion: '4' } };
      },
      state: async () => ({
        ...{ status: 'Success', statusDetails: 'Success', exitCode: 0, started: true, endedAt: undefined },
        output: JSON.stringify({ ...line(), time: new Date(now).toISOString() }),
      }),
      cancel: async () => void sent.push('cancel'),
      history: async () => [],
    },
    clock: {
      now: () => new Date(now),
      sleep: async (ms) => {
        now += ms;
      },
    },
    remainingMs: () => 900_000,
    publish: async (published) => void events.push(...published),
    recordMetrics: () => undefined,
    log: () => undefined,
    ...over,
  };
  return { ports, events: () => events.map(({ detail }) => preflightDetailSchema.parse(detail)), sent };
};

test('a scheduled preflight tells the failed targets in their order, then the run', async () => {
  const { ports, events } = world(['i-3', 'i-1', 'i-2'], {
    agent: async (id) => (id === 'i-1' ? agent : { kind: 'unmanaged' }),
  });
  expect(await preflightPolicy(ports, PLACE, SCHEDULED)).toEqual({ kind: 'told', targets: 3, failed: 2, left: 0 });
  expect(events().map(({ about, result, source }) => `${about} ${result} ${source.split('/')[1] ?? ''}`.trim())).toEqual([
    ...['target failed i-2', 'target failed i-3', 'run failed'],
  ]);
});

test('all good is one event', async () => {
  const { ports, events, sent } = world(['i-1', 'i-2']);
  await preflightPolicy(ports, PLACE, SCHEDULED);
  expect(events()).toMatchObject([{ about: 'run', result: 'success', targets: 2, failed: 0 }]);
  expect(sent).toEqual(['dry-run', 'dry-run']);
});

test('targets that the time does not suffice for are counted, and fail the run', async () => {
  const { ports, events } = world(['i-1', 'i-2'], { remainingMs: () => 119_000 });
  await preflightPolicy(ports, PLACE, SCHEDULED);
  expect(events()).toMatchObject([{ about: 'run', result: 'failed', targets: 2, failed: 0, not_looked_at: 2 }]);
});

test('a target that AWS gives no answer on fails alone', async () => {
  const { ports } = world([]);
  const instance = async () => Promise.reject(Object.assign(new Error('slow down'), { name: 'RequestLimitExceeded' }));
  const answer = await preflightPolicy({ ...ports, ec2: { ...ports.ec2, instance } }, PLACE, { policyId: 'nightly', instanceId: 'i-1' });
  expect(answer).toMatchObject({
    kind: 'reports',
    reports: [{ application: false, findings: [{ found: 'could not be looked at: RequestLimitExceeded: slow down' }] }],
  });
});

test('a dry-run that does not end is cancelled, and told', async () => {
  const { ports, sent } = world([]);
  const state: PreflightPorts['commands']['state'] = async () => ({
    ...{ status: 'Pending', statusDetails: 'Pending', exitCode: -1, started: false, output: '', endedAt: undefined },
  });
  const answer = await preflightPolicy({ ...ports, commands: { ...ports.commands, state } }, PLACE, {
    policyId: 'nightly',
    instanceId: 'i-1',
  });
  expect(sent).toEqual(['dry-run', 'cancel']);
  expect(answer).toMatchObject({ reports: [{ application: false }] });
});

test.each<[string, Partial<PreflightPorts>]>([
  [
    'an instance that is no target',
    { policies: new Map([['nightly', samplePolicy(undefined, { TargetTags: [{ Key: 'Backup', Value: 'other' }] })]]) },
  ],
  ['an agent without a connection', { agent: async () => ({ kind: 'managed', online: false, version: '3', platform: 'Linux' }) }],
  ['another platform', { agent: async () => ({ kind: 'managed', online: true, version: '3', platform: 'Windows' }) }],
  ['a document that can not be read', { documents: { pin: async () => Promise.reject(new Error('no answer')) } }],
])('nothing is sent to %s', async (_, over) => {
  const { ports, sent } = world([], over);
  expect(await preflightPolicy(ports, PLACE, { policyId: 'nightly', instanceId: 'i-1' })).toMatchObject({
    reports: [{ application: false }],
  });
  expect(sent).toEqual([]);
});
