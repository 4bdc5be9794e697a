import type { MetricName } from '../../../lambda/core/metric-names';

/**
 * What each end-to-end test file is held to write, by the title of the file or its first block: together all that dashboard and alarms name,
 * which test/infra/monitoring.test.ts holds.
 */
export const EMITTED: Readonly<Record<string, readonly MetricName[]>> = {
  'proven executions': [
    ...(['ResourcesTargeted', 'ExecutionsSucceeded', 'ExecutionsApplication', 'FreezeWindow', 'Retries'] as const),
    ...(['HoursOverdue', 'NewestProvenSetAge', 'SnapshotsCreateStarted', 'SnapshotsCreateCompleted'] as const),
  ],
  scripts: [
    ...(['ExecutionsFailed', 'ExecutionsCrash', 'ExecutionsReported', 'ExecutionsNone', 'PossiblyFrozen'] as const),
    'SnapshotsCreateFailed',
    ...(['Causes', 'Cause201', 'Cause202', 'Cause204', 'Cause205', 'Cause206'] as const),
  ],
  recovery: ['Cause203'],
  'executions without scripts, and refused ones': ['ExecutionsStopped', 'PolicyFaults'],
  'copies in other regions': ['SnapshotsCopiedRegionStarted', 'SnapshotsCopiedRegionCompleted', 'SnapshotsCopiedRegionFailed'],
  retention: ['SnapshotsDeleteCompleted', 'SnapshotsDeleteFailed'],
};

/** The saved queries whose fields each file's runs are held to log: together all of them. */
export const QUERIED: Readonly<Record<string, readonly string[]>> = {
  'proven executions': ['overdue-targets'],
  scripts: ['executions-of-a-policy', 'story-of-an-execution', 'slowest-freezes', 'retries-by-cause'],
};
