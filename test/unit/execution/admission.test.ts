import type { BrakesSeen } from '../../../lambda/core/brakes/seen';
import {
  type Admission,
  admit,
  admitRun,
  type Observation,
  type ObservedVolume,
  type RunObservation,
} from '../../../lambda/core/execution/admission';
import { WHOLE } from '../../../lambda/core/execution/set-request';

const DUE = new Date('2026-11-21T03:00:00.000Z');
const NOW = new Date('2026-11-21T03:01:00.000Z');
const volume = (changes: Partial<ObservedVolume> = {}): ObservedVolume => ({
  volumeId: 'vol-1',
  root: false,
  tags: new Map(),
  volumeType: 'gp3',
  lastSnapshotAt: undefined,
  pendingSnapshots: 0,
  ...changes,
});
const of = (...volumes: readonly ObservedVolume[]): Pick<Observation, 'selection'> => ({
  selection: { ok: true, request: WHOLE, volumes },
});
const scripts = (changes: Partial<NonNullable<Observation['scripts']>> = {}): NonNullable<Observation['scripts']> => ({
  agent: 'online',
  document: { ok: true, autoThawSeconds: 30 },
  foreignPreScript: undefined,
  paused: undefined,
  againstVss: undefined,
  ...changes,
});
const seen = (changes: Partial<Observation> = {}): Observation => ({
  now: NOW,
  instanceState: 'running',
  isTarget: true,
  ...of(volume()),
  scripts: scripts(),
  ...changes,
});
const secondsAgo = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);

const summary = (admission: Admission): string => {
  switch (admission.kind) {
    case 'admitted':
      return 'admitted';
    case 'wait':
      return `wait ${admission.ms} ${admission.why}`;
    case 'hold':
      return `hold ${admission.brake}: ${admission.detail}`;
    case 'refused':
      return `refused ${admission.why}`;
  }
};

const OFF: BrakesSeen = { readable: true, stop: undefined, pause: undefined, full: undefined };
const STOP = { since: DUE, reason: 'upgrade' };
const unreadable: BrakesSeen = { readable: false, why: 'ThrottlingException: slow down' };
const set = (changes: Partial<Extract<BrakesSeen, { readable: true }>>): BrakesSeen => ({ ...OFF, ...changes });

test.each<readonly [string, Partial<RunObservation>, string]>([
  ['nothing stands against the run', {}, 'admitted'],
  ['60 minutes late is in time', { now: new Date('2026-11-21T04:00:00.000Z') }, 'admitted'],
  ['later is expired', { now: new Date('2026-11-21T04:00:00.001Z') }, 'refused expired'],
  ['the policy was disabled', { policyEnabled: false }, 'refused policy-disabled'],
  ['the stop switch holds', { brakes: set({ stop: STOP }) }, 'hold stop-switch: set at 2026-11-21T03:00:00.000Z: upgrade'],
  [
    'the stop switch before a full limit',
    { brakes: set({ stop: STOP, full: { scope: 'account', maximum: 1 } }) },
    'hold stop-switch: set at 2026-11-21T03:00:00.000Z: upgrade',
  ],
  [
    'a full limit of the account holds',
    { brakes: set({ full: { scope: 'account', maximum: 4 } }) },
    'hold maximum-freezes: the account has 4 freezes at once, its maximum',
  ],
  [
    'a full limit of the policy holds',
    { brakes: set({ full: { scope: { policyId: 'nightly' }, maximum: 1 } }) },
    'hold maximum-freezes: policy nightly has 1 freezes at once, its maximum',
  ],
  [
    'brakes that can’t be read hold',
    { brakes: unreadable },
    "hold unreadable: the table stillpoint-brakes can't be read: ThrottlingException: slow down",
  ],
  ['nothing holds what has expired', { now: new Date('2026-11-21T04:00:00.001Z'), brakes: set({ stop: STOP }) }, 'refused expired'],
  ['nor what is not to run any more', { policyEnabled: false, brakes: unreadable }, 'refused policy-disabled'],
  ['a pause is against scripts, not against the run', { brakes: set({ pause: { ...STOP, executionId: undefined } }) }, 'admitted'],
])('%s', (_case, changes, expected) => {
  expect(summary(admitRun({ now: NOW, due: DUE, policyEnabled: true, brakes: OFF, ...changes }))).toBe(expected);
});

test.each<readonly [string, Partial<Observation>, string]>([
  ['nothing stands against it', {}, 'admitted'],
  ['a policy without scripts asks no agent', { scripts: undefined }, 'admitted'],
  ['the policy is paused', { scripts: scripts({ paused: 'by a person' }) }, 'refused policy-paused'],
  ['VSS can not be', { scripts: scripts({ againstVss: { why: 'vss-not-windows', detail: 'Linux' } }) }, 'refused vss-not-windows'],
  ['it is stopped, and then no pause matters', { instanceState: 'stopped', scripts: scripts({ paused: '' }) }, 'refused instance-stopped'],
  ['EC2 does not know the instance', { instanceState: undefined }, 'refused instance-gone'],
  ['it was terminated', { instanceState: 'terminated' }, 'refused instance-gone'],
  ['it is going', { instanceState: 'shutting-down' }, 'refused instance-gone'],
  ['it carries no target tag', { isTarget: false }, 'refused not-a-target'],
  ['the policy excludes all volumes', { selection: { ok: false, problem: 'all' } }, 'refused volumes-excluded'],
  [
    'the policy excludes all volumes of a stopped instance',
    { selection: { ok: false, problem: 'all' }, instanceState: 'stopped' },
    'refused volumes-excluded',
  ],
  ['it has no EBS volume', of(), 'refused no-volumes'],
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
    of(volume({ lastSnapshotAt: secondsAgo(60) }), volume({ lastSnapshotAt: secondsAgo(5) })),
    'wait 10000 snapshots-pending',
  ],
  ['15 s ago is long enough', of(volume({ lastSnapshotAt: secondsAgo(15) })), 'admitted'],
  ['five pending snapshots of a gp3', of(volume({ pendingSnapshots: 5 })), 'wait 10000 snapshots-pending'],
  ['four of them', of(volume({ pendingSnapshots: 4 })), 'admitted'],
  ['one pending snapshot of an st1', of(volume({ volumeType: 'st1', pendingSnapshots: 1 })), 'wait 10000 snapshots-pending'],
  ['one pending snapshot of an sc1', of(volume({ volumeType: 'sc1', pendingSnapshots: 1 })), 'wait 10000 snapshots-pending'],
])('%s', (_case, changes, expected) => {
  expect(summary(admit(seen(changes)))).toBe(expected);
});
