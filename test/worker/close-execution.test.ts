import { POLICY_STATE_DETAIL_TYPE } from '../../lambda/core/event/policy-state-event';
import { POSSIBLY_FROZEN_DETAIL_TYPE } from '../../lambda/core/event/possibly-frozen-event';
import { conclude } from '../../lambda/core/execution/conclude';
import type { Facts } from '../../lambda/core/execution/facts';
import { WHOLE_SET } from '../../lambda/core/plan-set';
import type { Tags } from '../../lambda/core/snapshot-tags';
import { closeExecution } from '../../lambda/worker/close-execution';
import { executionOf } from '../../lambda/worker/execution';
import { Report } from '../../lambda/worker/report';
import * as f from '../unit/execution/fixtures';
import { DUE, FakeAws } from './fake-aws';

const PREFIX = 'arn:aws:stillpoint:eu-west-1:111122223333:policy/';
const execution = executionOf(
  {
    ...{
      version: 1,
      policyId: 'nightly',
      due: new Date(DUE).toISOString(),
      schedules: ['daily'],
      instanceId: 'i-1',
      instanceState: 'running',
    },
    ...{ agent: 'online', messageGroupId: 'i-1', script: f.plan(), attempt: 1, thawOnly: false },
  },
  PREFIX,
  f.AT,
);
const facts: Facts = { attempts: [f.attempt({ pre: f.succeeded(f.preLine()), set: f.created, posts: [f.succeeded(f.line())] })] };
const { consistency, reason } = conclude({ executionId: execution.id, plan: execution.plan, thawOnly: false }, facts);
const VERDICT = {
  'stillpoint:consistency': consistency,
  'stillpoint:reason': reason,
  'stillpoint:members': '2',
  'stillpoint:post-script': 'SUCCESS',
};

/** Closes the execution where `takes` says which tags EC2 takes; the tags that it took. */
const closed = async (takes: (tags: Tags) => boolean): Promise<readonly Tags[]> => {
  const taken: Tags[] = [];
  const ports = new FakeAws({ kills: [], lostCreates: [], lostSends: [], pres: [], posts: [], autoThawMs: 30_000 }).ports();
  const tag = async (_members: unknown, tags: Tags): Promise<void> => {
    if (!takes(tags)) throw new Error('TagLimitExceeded');
    taken.push(tags);
  };
  const report = new Report({ ...execution, executionId: execution.id, executionHandler: 'doc', timeoutMs: 10_000 }, ports.publish);
  await closeExecution({ ports: { ...ports, sets: { ...ports.sets, tag } }, execution, document: undefined, report }, facts);
  return taken;
};

describe('the state of the policy', () => {
  const MISSING = { ok: false, problem: 'document doc: InvalidDocument: gone' } as const;

  /** What is told of it when an execution closes whose document is missing. */
  const told = async (State: 'ENABLED' | 'DISABLED' | 'GONE', thawOnly = false): Promise<readonly string[]> => {
    const aws = new FakeAws({ kills: [], lostCreates: [], lostSends: [], pres: [], posts: [], autoThawMs: 30_000 });
    const ports = aws.ports();
    const deployed = ports.policy('nightly');
    const policy = () => (State === 'GONE' ? undefined : deployed && { ...deployed, State });
    const report = new Report({ ...execution, executionId: execution.id, executionHandler: 'doc', timeoutMs: 10_000 }, ports.publish);
    await closeExecution({ ports: { ...ports, policy }, execution: { ...execution, thawOnly }, document: MISSING, report }, facts);
    return aws.events.map(({ detailType }) => detailType).filter((type) => type === POLICY_STATE_DETAIL_TYPE);
  };

  test('is told where its document is missing', async () => expect(await told('ENABLED')).toHaveLength(1));
  test('is nothing to tell of one that is disabled', async () => expect(await told('DISABLED')).toEqual([]));
  test('nor of one that is gone', async () => expect(await told('GONE')).toEqual([]));
  test('nor by a thaw alone', async () => expect(await told('ENABLED', true)).toEqual([]));
});

test('a set is closed in one call, with what the document told of the freeze', async () => {
  expect(await closed(() => true)).toEqual([
    { ...VERDICT, 'stillpoint:held-ms': '812', 'stillpoint:thawed-by': 'post', 'stillpoint:held': '/data0 /data1' },
  ]);
});

test('where EC2 does not take that, the verdict closes the set alone', async () => {
  expect(await closed((tags) => Object.keys(tags).length <= 4)).toEqual([VERDICT]);
});

test('where EC2 does not take the verdict either, the execution is not closed: its message comes again', async () => {
  await expect(closed(() => false)).rejects.toThrow('TagLimitExceeded');
});

test('Possibly Frozen is told before anything is looked up for the set’s tags', async () => {
  const aws = new FakeAws({ kills: [], lostCreates: [], lostSends: [], pres: [], posts: [], autoThawMs: 30_000 });
  const ports = aws.ports();
  const told: (readonly string[])[] = [];
  const volumes = async () => {
    told.push(aws.events.map(({ detailType }) => detailType));
    return [];
  };
  const doubtful: Facts = { attempts: [f.attempt({ pre: f.succeeded(), set: f.created, posts: [f.failed(202)] })] };
  const copying = { ...execution, setPlan: { ...WHOLE_SET, copyTags: true } };
  const report = new Report({ ...copying, executionId: execution.id, executionHandler: 'doc', timeoutMs: 10_000 }, ports.publish);
  const run = { ports: { ...ports, sets: { ...ports.sets, volumes } }, execution: copying, document: undefined, report };
  await closeExecution(run, doubtful);
  expect(told).toEqual([[POSSIBLY_FROZEN_DETAIL_TYPE]]);
});
