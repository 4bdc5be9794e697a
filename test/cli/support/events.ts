import type { EventEnvelope, RequestRecord } from '../../../sandbox/ports';

export const WEB = 'i-00000000000000001';
export const DATABASE = 'i-00000000000000002';

const envelope = (detailType: string, detail: object, source = 'stillpoint'): EventEnvelope => ({
  version: '0',
  id: '00000000-0000-4000-8000-000000000000',
  'detail-type': detailType,
  source,
  account: '111122223333',
  time: '2026-11-21T03:00:05Z',
  region: 'eu-west-1',
  resources: [],
  detail,
});

const instanceArn = (id: string): string => `arn:aws:ec2:eu-west-1:111122223333:instance/${id}`;

const common = (instanceId: string) => ({
  source: instanceArn(instanceId),
  policy_id: 'arn:aws:stillpoint:eu-west-1:111122223333:policy/nightly',
});

interface ScriptFields {
  readonly stage?: 'PRE' | 'POST';
  readonly result?: 'initiated' | 'success' | 'failed';
  readonly cause?: string;
  readonly attempt?: number;
  readonly instanceId?: string;
  readonly recovery?: boolean;
  readonly commandId?: string;
}

/** A script's notification, as far as the command line reads it. */
export const scriptEvent = ({
  stage = 'PRE',
  result = 'success',
  cause = '',
  attempt = 1,
  instanceId = WEB,
  recovery,
  commandId = `${attempt} ${stage}`,
}: ScriptFields): EventEnvelope =>
  envelope(recovery === true ? 'Stillpoint Recovery Thaw Notification' : 'Stillpoint Pre Post Script Notification', {
    ...common(instanceId),
    script_stage: stage,
    result,
    cause,
    start_time: '2026-11-21T03:00:06.000Z',
    stillpoint: { execution_id: `run/${instanceId}`, attempt, command_id: commandId },
  });

interface ClosingFields {
  readonly instanceId?: string;
  readonly fields?: object;
}

/** A closing event: by default a proven set of two snapshots. */
export const closingEvent = ({ instanceId = WEB, fields = {} }: ClosingFields = {}): EventEnvelope =>
  envelope('Stillpoint Execution Notification', {
    ...common(instanceId),
    execution_id: `run/${instanceId}`,
    result: 'success',
    cause: '',
    consistency: 'application',
    reason: 'proven',
    attempts: 1,
    freeze_window_ms: 41.6,
    resources: [1, 2].map((n) => ({ resource_id: `arn:aws:ec2:eu-west-1::snapshot/snap-0000000000000000${n}` })),
    ...fields,
  });

/** EC2's end of the set that {@link closingEvent} tells of, or of another one. */
export const completionEvent = (result: 'confirmed' | 'withdrawn', snapshotId = 'snap-00000000000000001'): EventEnvelope =>
  envelope('Stillpoint Completion Notification', {
    ...common(WEB),
    ...{ execution_id: `run/${WEB}`, result, reason: result === 'withdrawn' ? 'late-failure' : 'proven', detail: 'key not accessible' },
    resources: [{ resource_id: `arn:aws:ec2:eu-west-1::snapshot/${snapshotId}` }],
  });

export const possiblyFrozenEvent = (): EventEnvelope =>
  envelope('Stillpoint Possibly Frozen', { ...common(WEB), reason: 'held-by-another' });

export const foreignEvent = (instanceId: string): EventEnvelope =>
  envelope('EC2 Instance State-change Notification', { 'instance-id': instanceId, source: instanceArn(instanceId) }, 'aws.ec2');

export const request = (action: string, resources: readonly string[] = [WEB], fields: Partial<RequestRecord> = {}): RequestRecord => ({
  time: '2026-11-21T03:00:05.000Z',
  role: 'Worker',
  service: 'ec2',
  action,
  resources,
  status: 200,
  ms: 3,
  ...fields,
});
