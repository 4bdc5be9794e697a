import type { DryRunLine } from '../../../lambda/core/preflight/dry-run-line';
import type { DryRunFacts, PreflightFacts } from '../../../lambda/core/preflight/facts';
import { plansOf } from '../../../lambda/core/preflight/plans';
import { samplePolicy } from './policy';

export const NOW = new Date('2026-11-21T03:00:10.000Z');

export const line = (over: Partial<DryRunLine> = {}): DryRunLine => ({
  stillpoint: 'dry-run/1',
  time: '2026-11-21T03:00:09.000Z',
  ready: true,
  exitCode: 0,
  freeze: [{ mount: '/data', type: 'xfs', volumes: ['vol-1'] }],
  leave: [{ mount: '/', type: 'ext4', volumes: ['vol-0'], reason: 'root' }],
  checks: [{ name: 'tools', result: 'ok', detail: 'bash 5' }],
  ...over,
});

export const ended = (over: Partial<DryRunLine> = {}): DryRunFacts => ({
  ...{ kind: 'ended', sentAt: new Date('2026-11-21T03:00:08.000Z'), seenAt: NOW, exitCode: 0 },
  line: line(over),
});

/** A target that would end as `application`. */
export const goodFacts = (over: Partial<PreflightFacts> = {}): PreflightFacts => {
  const policy = over.policy ?? samplePolicy();
  const [planned = { schedules: [], plan: undefined }] = plansOf(policy);
  return {
    ...{ now: NOW, policyId: 'nightly', policy, instanceId: 'i-0123456789abcdef0' },
    ...planned,
    volumeKeys: [],
    instance: {
      ...{ state: 'running', instanceType: 'm7g.large', windows: false, profile: 'arn:aws:iam::111122223333:instance-profile/targets' },
      tags: new Map([
        ['Name', 'orders'],
        ['Backup', 'nightly'],
      ]),
      volumes: [
        { volumeId: 'vol-0', root: true, tags: new Map() },
        { volumeId: 'vol-1', root: false, tags: new Map() },
      ],
    },
    agent: { kind: 'managed', online: true, version: '3.3.0.0', platform: 'Linux' },
    document: {
      ...{ ok: true, name: 'stillpoint-filesystem', version: '4', platforms: ['Linux'] },
      contract: { steps: ['run'], parameters: new Set(['outcome']), recordsBackupInPost: false, autoThawSeconds: 30, dryRun: true },
    },
    dryRun: ended(),
    rights: { allowed: true },
    brakes: { readable: true, stop: undefined, pause: undefined, full: undefined },
    state: undefined,
    foreignPreScript: undefined,
    lastSet: { at: new Date('2026-11-20T03:00:10.000Z'), consistency: 'application' },
    ...over,
  };
};
