import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020';
import * as z from 'zod';
import { placeOf } from '../../../lambda/core/event/common';
import { possiblyFrozenEvent } from '../../../lambda/core/event/possibly-frozen-event';
import { type ScriptDetail, scriptDetailSchema, scriptEvent } from '../../../lambda/core/event/script-event';
import type { Script } from '../../../lambda/core/execution/facts';
import { DETAIL_SCHEMAS, eventSamples } from '../../../scripts/event-samples';
import { EVENTS_DOC, renderEventsDoc } from '../../../scripts/render-events-doc';
import * as f from '../execution/fixtures';

const context = {
  place: placeOf('arn:aws-cn:stillpoint:cn-north-1:111122223333:policy/'),
  policyId: 'nightly',
  instanceId: 'i-1',
  executionId: 'nightly@2026-11-21T03:00Z/i-1',
  executionHandler: 'doc',
  timeoutMs: 10_000,
};
const detail = (script: Script, stage: 'pre' | 'post' = 'pre'): ScriptDetail =>
  scriptDetailSchema.parse(scriptEvent(context, f.attempt({ set: f.created }), stage, script, false).detail);

test('docs/events.md has the schemas and samples of the code (else: npm run docs:events)', () => {
  const doc = readFileSync(EVENTS_DOC, 'utf8');
  expect(renderEventsDoc(doc)).toBe(doc);
});

test.each(eventSamples().map((event) => [event.detailType, event] as const))(
  'the sample of %s fits its JSON Schema',
  (detailType, event) => {
    const schema = Object.entries(DETAIL_SCHEMAS).find(([name]) => name === detailType)?.[1];
    const validate = new Ajv({ strict: false }).compile(z.toJSONSchema(schema!));
    expect([validate(event.detail), validate.errors]).toEqual([true, null]);
  },
);

test("every field of DLM's published sample is there, with its type", () => {
  const dlm = {
    script_stage: '',
    result: 'success',
    cause: '',
    policy_id: 'arn',
    execution_handler: 'AWS_VSS_BACKUP',
    source: 'arn',
    resource_type: 'EBS_SNAPSHOT',
    resources: [{ status: 'pending', resource_id: 'arn', source: 'arn' }],
    request_id: 'uuid',
    start_time: 'time',
    end_time: 'time',
    timeout_time: '',
  };
  const ours: Record<string, unknown> = { ...detail(f.succeeded()) };
  for (const [field, value] of Object.entries(dlm)) expect([field, typeof ours[field]]).toEqual([field, typeof value]);
  expect(Object.keys(detail(f.succeeded()).resources[0] ?? {})).toEqual(Object.keys(dlm.resources[0]!));
});

test('ARNs have the partition, and a snapshot no account', () => {
  const { policy_id, source, resources } = detail(f.succeeded());
  expect(policy_id).toBe('arn:aws-cn:stillpoint:cn-north-1:111122223333:policy/nightly');
  expect(source).toBe('arn:aws-cn:ec2:cn-north-1:111122223333:instance/i-1');
  expect(resources[0]).toEqual({
    status: 'pending',
    resource_id: 'arn:aws-cn:ec2:cn-north-1::snapshot/snap-00000000000000001',
    source: 'arn:aws-cn:ec2:cn-north-1:111122223333:volume/vol-00000000000000001',
  });
});

test.each<readonly [string, Script, 'pre' | 'post', object, object]>([
  [
    'open',
    f.open,
    'pre',
    { result: 'initiated', cause: '', end_time: '', timeout_time: '2026-11-21T03:00:20.000Z' },
    { outcome: '', exit_code: null, command_id: f.COMMAND.commandId },
  ],
  ['open without an answer', f.lostAnswer, 'pre', { result: 'initiated' }, { command_id: '' }],
  ['succeeded', f.succeeded(), 'post', { result: 'success', cause: '', script_stage: 'POST' }, { outcome: 'succeeded', exit_code: 0 }],
  [
    'failed',
    f.failed(206, 206, f.preLine({ error: 'syncing' })),
    'pre',
    { result: 'failed', cause: '206' },
    { exit_code: 206, error: 'syncing' },
  ],
  ['failed without a line', f.failed(202, 7), 'post', { cause: '202' }, { exit_code: 7, error: '' }],
  ['timed out', f.timedOut(), 'pre', { result: 'failed', cause: '201' }, { outcome: 'timed-out', exit_code: null }],
  ['post timed out', f.timedOut(), 'post', { cause: '202' }, { outcome: 'timed-out' }],
  ['refused', f.refused, 'pre', { cause: '201' }, { error: 'InvalidInstanceId: not managed', command_id: '' }],
])('a script that is %s', (_case, script, stage, dlm, ours) => {
  expect(detail(script, stage)).toMatchObject({ ...dlm, stillpoint: ours });
});

test('no set means no resources', () => {
  expect(scriptEvent(context, f.attempt(), 'pre', f.succeeded(), false).detail).toMatchObject({ resources: [] });
});
test('the event for a person carries the command to thaw by hand', () => {
  const { detail: told } = possiblyFrozenEvent({ ...context, attemptUuids: [f.UUID] }, 'thaw-unconfirmed', '202');
  expect(told).toMatchObject({
    thaw_command: expect.stringContaining(
      `--document-name 'doc' --instance-ids i-1 --parameters command=post-script,executionId=${f.UUID}`,
    ),
  });
});
test('and one for each attempt where it is not known which one holds', () => {
  const { detail: told } = possiblyFrozenEvent({ ...context, attemptUuids: ['a', 'b'] }, 'dead-letter', '');
  expect(told).toMatchObject({ thaw_command: expect.stringMatching(/executionId=a; aws ssm send-command .*executionId=b$/) });
});
test('a POLICY_ARN_PREFIX that is none throws', () => expect(() => placeOf('policy/')).toThrow('expected arn:PARTITION'));
