import type { Ec2, SnapshotRecord } from './state';

/**
 * The set completes a moment later, or ends in error as a whole, and the completion event follows. Its ARNs have the
 * region where the account belongs and carry no tags, as AWS's published sample does.
 */
export const completeLater = (ec2: Ec2, records: readonly SnapshotRecord[]): void => {
  const touched = new Set(records.flatMap(({ instanceId, volumeId, id }) => [instanceId, volumeId, id]));
  const failed = ec2.faults.take('late-failure', { touched }) !== undefined;
  ec2.clock.after(ec2.timing.snapshotCompletionMs, () => complete(ec2, records, failed));
};

const complete = (ec2: Ec2, records: readonly SnapshotRecord[], failed: boolean): void => {
  const endTime = ec2.clock.now();
  const state = failed ? 'error' : 'completed';
  for (const record of records) {
    record.state = state;
    if (failed) record.stateMessage = 'Snapshot creation failed (a fault of the sandbox)';
    else record.completionTime = endTime;
  }
  const oddArn = (resource: string): string => `arn:aws:ec2::${ec2.account.region}:${resource}`;
  const snapshots = records.map(({ id, volumeId }) => ({
    snapshot_id: oddArn(`snapshot/${id}`),
    source: oddArn(`volume/${volumeId}`),
    status: state,
  }));
  ec2.emit(
    'EBS Multi-Volume Snapshots Completion Status',
    snapshots.map(({ snapshot_id }) => snapshot_id),
    {
      event: 'createSnapshots',
      result: failed ? 'failed' : 'succeeded',
      cause: failed ? 'late failure' : '',
      'request-id': '',
      startTime: records[0]?.startTime.toISOString() ?? '',
      endTime: endTime.toISOString(),
      snapshots,
    },
  );
};
