import {
  type BrakeDetail,
  brakeDetailSchema,
  heldEvent,
  leftOutEvent,
  policyPauseEvent,
  stopSwitchEvent,
} from '../../../lambda/core/event/brake-event';
import { type OutgoingEvent, placeOf } from '../../../lambda/core/event/common';

const place = placeOf('arn:aws-cn:stillpoint:cn-north-1:111122223333:policy/');
const POLICY = 'arn:aws-cn:stillpoint:cn-north-1:111122223333:policy/nightly';
const context = { place, policyId: 'nightly', instanceId: 'i-1', executionId: 'nightly@2026-11-21T03:00Z/i-1' };
const pause = { place, policyId: 'nightly', reason: 'three times 203', executions: ['a', 'b'], executionId: 'b' };

test.each<readonly [string, OutgoingEvent, resource: string, Partial<BrakeDetail>]>([
  [
    'the stop switch was set',
    stopSwitchEvent(place, 'set', 'upgrade'),
    'arn:aws-cn:stillpoint:cn-north-1:111122223333:stop-switch',
    { brake: 'stop-switch', result: 'set', reason: 'upgrade', policy_id: '', resume: 'npm run brakes -- resume' },
  ],
  [
    'the stop switch was released',
    stopSwitchEvent(place, 'released', ''),
    'arn:aws-cn:stillpoint:cn-north-1:111122223333:stop-switch',
    { result: 'released', resume: '' },
  ],
  [
    'a policy was paused',
    policyPauseEvent('set', pause),
    POLICY,
    { brake: 'policy-pause', policy_id: POLICY, execution_id: 'b', executions: ['a', 'b'], resume: 'npm run brakes -- resume nightly' },
  ],
  ['a policy was resumed', policyPauseEvent('released', { ...pause, executionId: undefined }), POLICY, { execution_id: '', resume: '' }],
  [
    'the stop switch holds an execution',
    heldEvent(context, { brake: 'stop-switch', detail: 'set at three' }),
    POLICY,
    {
      ...{ brake: 'stop-switch', result: 'held', source: 'arn:aws-cn:ec2:cn-north-1:111122223333:instance/i-1' },
      ...{ execution_id: context.executionId, reason: 'set at three', resume: 'npm run brakes -- resume' },
    },
  ],
  [
    'a full limit holds an execution',
    heldEvent(context, { brake: 'maximum-freezes', detail: '' }),
    POLICY,
    { resume: expect.stringContaining('by itself') },
  ],
  [
    'a table out of reach holds an execution',
    heldEvent(context, { brake: 'unreadable', detail: '' }),
    POLICY,
    { resume: expect.stringContaining('stillpoint-brakes') },
  ],
  [
    'targets were left out',
    leftOutEvent(place, 'nightly', 'nightly@2026-11-21T03:00Z', { Key: 'Ring', Value: 'canary' }, 21),
    POLICY,
    { brake: 'canary-tag', result: 'left-out', left_out: 21, reason: expect.stringContaining('Ring = canary') },
  ],
])('%s', (_case, event, resource, expected) => {
  expect(event.resources).toEqual([resource]);
  expect(brakeDetailSchema.parse(event.detail)).toMatchObject(expected);
});
