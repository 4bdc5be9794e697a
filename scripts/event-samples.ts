import { incidentsReason } from '../lambda/core/brakes/policy-brake';
import { BRAKE_DETAIL_TYPE, brakeDetailSchema, policyPauseEvent } from '../lambda/core/event/brake-event';
import { placeOf } from '../lambda/core/event/common';
import { COMPLETION_DETAIL_TYPE, completionDetailSchema, completionEvent } from '../lambda/core/event/completion-event';
import { COPY_DETAIL_TYPE, copyDetailSchema, copyEvent } from '../lambda/core/event/copy-event';
import { EXECUTION_DETAIL_TYPE, executionDetailSchema, executionEvent } from '../lambda/core/event/execution-event';
import { FAST_RESTORE_DETAIL_TYPE, fastRestoreDetailSchema, fastRestoreEvent } from '../lambda/core/event/fast-restore-event';
import { POLICY_STATE_DETAIL_TYPE, policyStateDetailSchema, policyStateEvent } from '../lambda/core/event/policy-state-event';
import { POSSIBLY_FROZEN_DETAIL_TYPE, possiblyFrozenDetailSchema, possiblyFrozenEvent } from '../lambda/core/event/possibly-frozen-event';
import { PREFLIGHT_DETAIL_TYPE, preflightDetailSchema, preflightTargetEvent } from '../lambda/core/event/preflight-event';
import { REMOVED_DETAIL_TYPE, removedDetailSchema, removedEvent } from '../lambda/core/event/removed-event';
import { RETENTION_DETAIL_TYPE, retentionDetailSchema, retentionEvent } from '../lambda/core/event/retention-event';
import { RECOVERY_THAW_DETAIL_TYPE, SCRIPT_DETAIL_TYPE, scriptDetailSchema, scriptEvent } from '../lambda/core/event/script-event';
import { SHARE_DETAIL_TYPE, shareDetailSchema, shareEvent } from '../lambda/core/event/share-event';
import { conclude } from '../lambda/core/execution/conclude';
import type { Attempt, EndedScript } from '../lambda/core/execution/facts';
import type { ScriptPlan } from '../lambda/core/execution-message';
import { attemptId } from '../lambda/core/ids';
import { completedReport } from '../lambda/core/lifecycle/copies/copy-report';
import type { Member, SnapshotSet } from '../lambda/core/lifecycle/snapshot-set';
import type { PolicyState } from '../lambda/core/policy-state/policy-state';
import { failed } from '../lambda/core/preflight/finding';
import type { TargetReport } from '../lambda/core/preflight/target-report';
import type { ResultLine } from '../lambda/core/result-line';
import { COPY_TAG, TAG } from '../lambda/core/snapshot-tags';

/** The detail schema of each detail-type. */
export const DETAIL_SCHEMAS = {
  [SCRIPT_DETAIL_TYPE]: scriptDetailSchema,
  [EXECUTION_DETAIL_TYPE]: executionDetailSchema,
  [COMPLETION_DETAIL_TYPE]: completionDetailSchema,
  [SHARE_DETAIL_TYPE]: shareDetailSchema,
  [FAST_RESTORE_DETAIL_TYPE]: fastRestoreDetailSchema,
  [RETENTION_DETAIL_TYPE]: retentionDetailSchema,
  [RECOVERY_THAW_DETAIL_TYPE]: scriptDetailSchema,
  [POSSIBLY_FROZEN_DETAIL_TYPE]: possiblyFrozenDetailSchema,
  [BRAKE_DETAIL_TYPE]: brakeDetailSchema,
  [PREFLIGHT_DETAIL_TYPE]: preflightDetailSchema,
  [COPY_DETAIL_TYPE]: copyDetailSchema,
  [REMOVED_DETAIL_TYPE]: removedDetailSchema,
  [POLICY_STATE_DETAIL_TYPE]: policyStateDetailSchema,
} as const;

const executionId = 'nightly@2026-11-21T03:00Z/i-0123456789abcdef0';
const uuid = attemptId(executionId, 1);
const context = {
  place: placeOf('arn:aws:stillpoint:eu-west-1:111122223333:policy/'),
  policyId: 'nightly',
  instanceId: 'i-0123456789abcdef0',
  executionId,
  executionHandler: 'stillpoint-filesystem',
};
const incidents = [19, 20, 21].map((day) => executionId.replace('11-21', `11-${day}`));
const at = (second: string): Date => new Date(`2026-11-21T03:00:${second}Z`);
const command = (digit: number) => ({ commandId: `0c0ffee${digit}-1234-4abc-8def-0123456789ab`, documentVersion: '1' });

const line = (stage: 'pre' | 'post'): ResultLine => ({
  stillpoint: 'result/1',
  stage,
  executionId: uuid,
  bootId: '7d0d8a52-2b7c-4c4f-9b0e-0f5d6f1c9a11',
  result: stage === 'pre' ? 'held' : 'released',
  thawedBy: stage === 'pre' ? 'nobody' : 'post',
  frozenAt: '2026-11-21T03:00:07.910Z',
  autoThawAt: '2026-11-21T03:00:37.870Z',
  ...(stage === 'post' ? { thawedAt: '2026-11-21T03:00:09.322Z', heldMs: 1_412 } : {}),
  application: { name: 'filesystem', quiesced: false },
  filesystems: [{ mount: '/data', type: 'xfs', device: '/dev/nvme1n1', volumes: ['vol-0123456789abcdef0'], held: true }],
});

const pre: EndedScript = { kind: 'succeeded', sentAt: at('07.120'), endedAt: at('08.300'), command: command(1), line: line('pre') };
const post: EndedScript = { kind: 'succeeded', sentAt: at('08.910'), endedAt: at('09.640'), command: command(2), line: line('post') };
const members = [{ snapshotId: 'snap-0123456789abcdef0', volumeId: 'vol-0123456789abcdef0' }];
const call = { from: at('08.310'), to: at('08.905') };
const good: Attempt = {
  number: 1,
  interrupted: false,
  pre,
  set: { kind: 'created', members, answeredBeforePost: true, call },
  posts: [post],
};
const timedOut: Attempt = {
  number: 1,
  interrupted: false,
  pre: { kind: 'timed-out', sentAt: at('07.120'), endedAt: at('17.300'), command: command(1), started: true, stillRunning: false },
  posts: [post],
};
const plan: ScriptPlan = {
  stages: ['pre', 'post'],
  executionHandler: context.executionHandler,
  executeOperationOnScriptFailure: true,
  executionTimeout: 10,
  maximumRetryCount: 2,
  recoveryThaw: 'auto',
  retryPause: 60,
};

const unready: TargetReport = {
  ...{ policyId: context.policyId, instanceId: context.instanceId, name: 'orders', schedules: ['daily'], application: false },
  ...{ agent: 'online 3.3.0.0', document: 'stillpoint-mysql 4', lastSet: '24 h ago, application' },
  ...{ frozen: ['/data'], left: ['/ (root)'], volumes: 2, covered: 1 },
  findings: [
    failed(
      'dry-run',
      'ready: the server does not answer',
      'Make the application ready; docs/documents.md says what the document waits for.',
    ),
  ],
};

const completedSet: SnapshotSet = {
  ...{ instanceId: context.instanceId, executionId, attempt: '1', consistency: 'application', reason: 'proven' },
  ...{ state: 'completed', startedAt: at('08.310') },
  members: members.map((member) => ({
    ...{ ...member, instanceId: context.instanceId, executionId, attempt: '1', consistency: 'application', reason: 'proven' },
    ...{
      state: 'completed',
      stateMessage: '',
      startedAt: at('08.310'),
      completedAt: at('51.000'),
      tags: new Map([
        [TAG.scheduleName, 'Nightly'],
        [TAG.members, `${members.length}`],
      ]),
    },
    ...{ sizeGiB: 100, encrypted: false, keyId: undefined, tier: 'standard' },
  })),
};

const inError: PolicyState = {
  ...{ state: 'ERROR', since: at('09.880'), due: at('00.000'), by: executionId, version: 1 },
  fault: {
    kind: 'document',
    handler: 'stillpoint-filesystem',
    cause: 'document stillpoint-filesystem: InvalidDocument: Document with name stillpoint-filesystem does not exist.',
  },
};

const copyKey = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const copies: readonly Member[] = completedSet.members.map((member) => ({
  ...{ ...member, snapshotId: 'snap-0fedcba9876543210', volumeId: 'vol-ffffffff', encrypted: true, keyId: copyKey },
  tags: new Map([
    [COPY_TAG.sourceSnapshot, member.snapshotId],
    [COPY_TAG.sourceVolume, member.volumeId],
    [TAG.expirationTime, '2026-12-21T03:00:08.310Z'],
  ]),
}));

/** A sample of each event, made by the code that makes the real ones. */
export const eventSamples = () => {
  const script = { ...context, timeoutMs: 10_000 };
  const conclusion = conclude({ executionId, plan, thawOnly: false }, { attempts: [good] });
  const execution = { ...context, due: at('00.000'), schedules: ['daily'], startedAt: at('06.480') };
  return [
    scriptEvent(script, good, 'post', post, false),
    executionEvent(execution, conclusion, { attempts: [good] }, at('09.880')),
    completionEvent({ ...context, now: at('51.420') }, 'confirmed', completedSet),
    ...copies.map((copy) => copyEvent(context.place, context.policyId, completedReport(copy, 'eu-central-1'), at('59.120'))),
    shareEvent(context, { result: 'shared', members, accounts: ['444455556666'], until: new Date('2026-11-28T03:00:51.420Z') }),
    fastRestoreEvent(context, {
      result: 'enabled',
      members: members.map((member) => ({ ...member, zones: ['eu-west-1a', 'eu-west-1b'] })),
      until: undefined,
    }),
    retentionEvent(context, completedSet, { result: 'skipped', reason: 'locked', detail: `locked: ${members[0]?.snapshotId}` }),
    scriptEvent(script, timedOut, 'post', post, true),
    possiblyFrozenEvent({ ...context, attemptUuids: [uuid] }, 'thaw-unconfirmed', '202'),
    removedEvent(context.place, [{ policyId: 'nightly', sets: 7, snapshots: 14, sizeGiB: 1_400, newest: at('08.310') }]),
    policyPauseEvent('set', { ...context, reason: incidentsReason(3), executions: incidents, executionId }),
    policyStateEvent(context.place, 'nightly', inError),
    preflightTargetEvent(context.place, { policyId: context.policyId, startedAt: at('00.000'), endedAt: at('04.210') }, unready),
  ];
};
