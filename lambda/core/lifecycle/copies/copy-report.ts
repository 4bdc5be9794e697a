import type { MetricName } from '../../metric-names';
import { COPY_TAG, TAG } from '../../snapshot-tags';
import type { Member } from '../snapshot-set';
import { tagTime } from '../tag-time';
import { copyFailures } from './copy-tags';
import { COPY_TRIES, type CopyStart } from './plan-copies';

/** What is told of a copy. */
export interface CopyReport {
  readonly operation: 'copy' | 'delete';
  readonly result: 'started' | 'success' | 'failed';
  readonly instanceId: string;
  readonly executionId: string;
  readonly consistency: string;
  readonly sourceSnapshot: string;
  readonly sourceVolume: string;
  /** Undefined: EC2 began none. */
  readonly snapshotId: string | undefined;
  readonly region: string;
  readonly encrypted: boolean;
  readonly keyId: string | undefined;
  readonly stateMessage: string;
  readonly failures: number;
  readonly retried: boolean;
  readonly expires: Date | undefined;
  readonly leftOut: readonly string[];
}

/** Copies that failed of a source, this one among them. */
const afterFailure = (source: Pick<Member, 'tags'> | undefined, region: string): Pick<CopyReport, 'failures' | 'retried'> => {
  const failures = source === undefined ? 1 : copyFailures(source.tags, region) + 1;
  return { failures, retried: source !== undefined && failures < COPY_TRIES };
};
const NO_FAILURE = { failures: 0, retried: false } as const;

const ofStart = ({ member, rule, expires }: CopyStart) => ({
  ...{ operation: 'copy' as const, instanceId: member.instanceId, executionId: member.executionId, consistency: member.consistency },
  ...{ sourceSnapshot: member.snapshotId, sourceVolume: member.volumeId, region: rule.region, keyId: rule.kmsKey, expires },
  encrypted: rule.encrypted || member.encrypted,
});

export const startedReport = (start: CopyStart, snapshotId: string, leftOut: readonly string[]): CopyReport => ({
  ...{ ...ofStart(start), result: 'started', snapshotId, stateMessage: '', ...NO_FAILURE, leftOut },
});

/** EC2 did not take the call. */
export const refusedReport = (start: CopyStart, stateMessage: string): CopyReport => ({
  ...{ ...ofStart(start), result: 'failed', snapshotId: undefined, stateMessage, leftOut: [] },
  ...afterFailure(start.member, start.rule.region),
});

const ofCopy = (copy: Member, region: string) => ({
  ...{ instanceId: copy.instanceId, executionId: copy.executionId, consistency: copy.consistency, snapshotId: copy.snapshotId, region },
  sourceSnapshot: copy.tags.get(COPY_TAG.sourceSnapshot) ?? '',
  sourceVolume: copy.tags.get(COPY_TAG.sourceVolume) ?? '',
  ...{ encrypted: copy.encrypted, keyId: copy.keyId, leftOut: [] },
  expires: tagTime(copy.tags.get(TAG.expirationTime)),
});

export const completedReport = (copy: Member, region: string): CopyReport => ({
  ...{ ...ofCopy(copy, region), operation: 'copy', result: 'success', stateMessage: '', ...NO_FAILURE },
});

/** `source`: undefined when it is gone, so that there is nothing to copy again. */
export const failedReport = (copy: Member, region: string, source: Member | undefined): CopyReport => ({
  ...{ ...ofCopy(copy, region), operation: 'copy', result: 'failed', stateMessage: copy.stateMessage, ...afterFailure(source, region) },
});

/** `refusal`: what EC2 said where it did not delete the copy. */
export const deletedReport = (copy: Member, region: string, refusal: string | undefined): CopyReport => ({
  ...{ ...ofCopy(copy, region), operation: 'delete', result: refusal === undefined ? 'success' : 'failed' },
  ...{ stateMessage: refusal ?? '', ...NO_FAILURE },
});

/** DLM's metric for what is told. */
export const copyMetric = ({ operation, result }: CopyReport): MetricName => {
  if (operation === 'delete') return result === 'success' ? 'SnapshotsCopiedRegionDeleteCompleted' : 'SnapshotsCopiedRegionDeleteFailed';
  if (result === 'started') return 'SnapshotsCopiedRegionStarted';
  return result === 'success' ? 'SnapshotsCopiedRegionCompleted' : 'SnapshotsCopiedRegionFailed';
};
