import { readRequest } from '../../../lambda/core/lifecycle/request';

const event = (source: string, type: string, detail: object) => ({ version: '0', source, 'detail-type': type, resources: [], detail });
const completed = (...arns: readonly string[]) =>
  event('aws.ec2', 'EBS Multi-Volume Snapshots Completion Status', {
    ...{ event: 'createSnapshots', result: 'succeeded' },
    snapshots: arns.map((snapshot_id) => ({ snapshot_id, source: 'arn:aws:ec2::eu-west-1:volume/vol-1', status: 'completed' })),
  });
const closed = (resources: readonly object[]) =>
  event('stillpoint', 'Stillpoint Execution Notification', {
    policy_id: 'arn:aws:stillpoint:eu-west-1:111122223333:policy/nightly',
    source: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1',
    ...{ execution_id: 'nightly@2026-11-21T03:00Z/i-1', resources },
  });
const CLOSED = { kind: 'closed', policyId: 'nightly', instanceId: 'i-1', executionId: 'nightly@2026-11-21T03:00Z/i-1' };

test.each<[string, object, object | undefined]>([
  [
    'EC2’s event at the end of a set, whatever stands where in its ARNs',
    completed('arn:aws:ec2::eu-west-1:snapshot/snap-1', 'arn:aws:ec2:eu-west-1::snapshot/snap-2', 'snap-3'),
    { kind: 'completed', snapshotIds: ['snap-1', 'snap-2', 'snap-3'] },
  ],
  ['our closing event', closed([{}]), { ...CLOSED, made: true }],
  ['our closing event of an execution without a set', closed([]), { ...CLOSED, made: false }],
  ['the daily sweep', { kind: 'all', trigger: 'sweep', time: '2026-11-21T04:45:00Z' }, { kind: 'all', trigger: 'sweep' }],
  [
    'what was left over',
    { kind: 'again', policyId: 'nightly', trigger: 'sweep' },
    { kind: 'again', policyId: 'nightly', trigger: 'sweep' },
  ],
  ['another event of EC2', event('aws.ec2', 'EBS Snapshot Notification', { snapshots: [] }), undefined],
  ['an event of somebody who calls it the same', { ...closed([{}]), source: 'somebody' }, undefined],
  ['a later release’s trigger', { kind: 'all', trigger: 'monthly' }, undefined],
])('%s', (_what, message, request) => {
  expect(readRequest(JSON.stringify(message))).toEqual(request);
});

test('what is no JSON is no request', () => {
  expect(readRequest('sweep')).toBeUndefined();
});
