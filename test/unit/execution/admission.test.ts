import { type Admission, admit, type Observation } from '../../../lambda/core/execution/admission';

const DUE = new Date('2026-11-21T03:00:00.000Z');
const NOW = new Date('2026-11-21T03:01:00.000Z');
const volume = (changes: Partial<Observation['volumes'][number]> = {}) => ({
  volumeId: 'vol-1',
  volumeType: 'gp3',
  lastSnapshotAt: undefined,
  pendingSnapshots: 0,
  ...changes,
});
const scripts = (changes: Partial<NonNullable<Observation['scripts']>> = {}): NonNullable<Observation['scripts']> => ({
  agent: 'online',
  document: { ok: true, autoThawSeconds: 30 },
  foreignPreScript: undefined,
  ...changes,
});
const seen = (changes: Partial<Observation> = {}): Observation => ({
  now: NOW,
  due: DUE,
  policyEnabled: true,
  instanceState: 'running',
  volumes: [volume()],
  scripts: scripts(),
  ...changes,
});
const secondsAgo = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);

const summary = (admission: Admission) =>
  admission.kind === 'admitted'
    ? 'admitted'
    : admission.kind === 'wait'
      ? `wait ${admission.ms} ${admission.why}`
      : `refused ${admission.why}`;

test.each<readonly [string, Partial<Observation>, string]>([
  ['nothing stands against it', {}, 'admitted'],
  ['a policy without scripts asks no agent', { scripts: undefined }, 'admitted'],
  ['60 minutes late is in time', { now: new Date('2026-11-21T04:00:00.000Z') }, 'admitted'],
  ['later is expired', { now: new Date('2026-11-21T04:00:00.001Z') }, 'refused expired'],
  ['the policy was disabled', { policyEnabled: false }, 'refused policy-disabled'],
  ['EC2 does not know the instance', { instanceState: undefined }, 'refused instance-gone'],
  ['it was terminated', { instanceState: 'terminated' }, 'refused instance-gone'],
  ['it is going', { instanceState: 'shutting-down' }, 'refused instance-gone'],
  ['it has no EBS volume', { volumes: [] }, 'refused no-volumes'],
  [
    'it is stopped, and then no agent matters',
    { instanceState: 'stopped', scripts: scripts({ agent: 'unmanaged' }) },
    'refused instance-stopped',
  ],
  ['it is stopping: files may still be written', { instanceState: 'stopping' }, 'wait 10000 instance-in-transit'],
  ['it is starting', { instanceState: 'pending' }, 'wait 10000 instance-in-transit'],
  ['it is not managed', { scripts: scripts({ agent: 'unmanaged' }) }, 'refused agent-unmanaged'],
  ['its agent is offline', { scripts: scripts({ agent: 'offline' }) }, 'refused agent-offline'],
  ['its document breaks the contract', { scripts: scripts({ document: { ok: false, problem: 'no' } }) }, 'refused document-refused'],
  ['its guardian would thaw too soon', { scripts: scripts({ document: { ok: true, autoThawSeconds: 9 } }) }, 'refused auto-thaw-too-short'],
  ['its document tells no auto-thaw', { scripts: scripts({ document: { ok: true, autoThawSeconds: undefined } }) }, 'admitted'],
  ['another sender has a pre-script open', { scripts: scripts({ foreignPreScript: 'doc at 03:00' }) }, 'wait 5000 foreign-freeze'],
  [
    'a volume had a snapshot 5 s ago',
    { volumes: [volume({ lastSnapshotAt: secondsAgo(60) }), volume({ lastSnapshotAt: secondsAgo(5) })] },
    'wait 10000 snapshots-pending',
  ],
  ['15 s ago is long enough', { volumes: [volume({ lastSnapshotAt: secondsAgo(15) })] }, 'admitted'],
  ['five pending snapshots of a gp3', { volumes: [volume({ pendingSnapshots: 5 })] }, 'wait 10000 snapshots-pending'],
  ['four of them', { volumes: [volume({ pendingSnapshots: 4 })] }, 'admitted'],
  ['one pending snapshot of an st1', { volumes: [volume({ volumeType: 'st1', pendingSnapshots: 1 })] }, 'wait 10000 snapshots-pending'],
  ['one pending snapshot of an sc1', { volumes: [volume({ volumeType: 'sc1', pendingSnapshots: 1 })] }, 'wait 10000 snapshots-pending'],
])('%s', (_case, changes, expected) => {
  expect(summary(admit(seen(changes)))).toBe(expected);
});
