import fc from 'fast-check';
import { EXECUTION_DETAIL_TYPE } from '../../lambda/core/event/execution-event';
import type { ExecutionMessage } from '../../lambda/core/execution-message';
import { attemptId } from '../../lambda/core/ids';
import { TAG } from '../../lambda/core/snapshot-tags';
import { executionOf } from '../../lambda/worker/execution';
import { runExecution } from '../../lambda/worker/run-execution';
import { plan } from '../unit/execution/fixtures';
import { DUE, FakeAws, Killed, type Script } from './fake-aws';

jest.setTimeout(300_000); // much to compute

/** The lease after which SQS gives the message to another worker. */
const LEASE_MS = 90_000;
const MOST_LIVES = 8;

const message = (maximumRetryCount: number): ExecutionMessage => ({
  version: 1,
  policyId: 'nightly',
  due: new Date(DUE).toISOString(),
  schedules: ['daily'],
  instanceId: 'i-00000000000000001',
  instanceState: 'running',
  agent: 'online',
  messageGroupId: 'i-00000000000000001',
  script: plan({ maximumRetryCount, retryPause: 1 }),
  attempt: 1,
  thawOnly: false,
});

/** Deliver the message until a worker ends it, as SQS would. */
const deliver = async (aws: FakeAws, maximumRetryCount: number): Promise<void> => {
  for (let life = 0; life < MOST_LIVES; life++) {
    const execution = executionOf(message(maximumRetryCount), 'arn:aws:stillpoint:eu-west-1:111122223333:policy/', new Date(aws.time));
    try {
      await runExecution(aws.ports(), execution);
      return;
    } catch (thrown) {
      if (!(thrown instanceof Killed)) throw thrown;
      aws.time += LEASE_MS;
    }
  }
  throw new Error(`not ended in ${MOST_LIVES} deliveries`);
};

const behaviour = fc.record({ ms: fc.constantFrom(100, 2_000, 60_000), exitCode: fc.constantFrom(0, 0, 0, 0, 1, 201, 202, 206) });
const script = fc.record<Script>({
  kills: fc.array(fc.record({ call: fc.integer({ min: 0, max: 80 }), after: fc.boolean() }), { maxLength: 3 }),
  lostCreates: fc.subarray([0, 1, 2], { maxLength: 1 }),
  lostSends: fc.subarray([0, 1, 2, 3], { maxLength: 2 }),
  pres: fc.array(behaviour, { maxLength: 3 }),
  posts: fc.array(behaviour, { maxLength: 3 }),
  autoThawMs: fc.constantFrom(30_000, 1_000, 200_000),
});

const EXECUTION = 'nightly@2026-11-21T03:00Z/i-00000000000000001';

const afterwards = (check: (aws: FakeAws) => void) =>
  fc.assert(
    fc.asyncProperty(script, fc.integer({ min: 0, max: 3 }), async (answers, retries) => {
      const aws = new FakeAws(answers);
      await deliver(aws, retries);
      check(aws);
    }),
    { numRuns: 1_500 },
  );

test('a set is called `application` only when the freeze of its own attempt was in force, whenever the worker is killed', async () => {
  let proven = 0;
  await afterwards((aws) => {
    for (const set of aws.sets.filter(({ tags }) => tags[TAG.consistency] === 'application')) {
      proven++;
      expect(aws.wasHeld(set, attemptId(EXECUTION, Number(set.tags[TAG.attempt])))).toBe(true);
    }
  });
  expect(proven).toBeGreaterThan(100);
});

test('every execution is closed with an event, and no set that it knows of stays pending', async () => {
  await afterwards((aws) => {
    expect(aws.events.filter((event) => event.detailType === EXECUTION_DETAIL_TYPE).length).toBeGreaterThan(0);
    expect(aws.sets.filter(({ tags }) => tags[TAG.consistency] === 'pending')).toEqual([]);
  });
});

test('nothing is frozen when an execution ends without saying that something may be', async () => {
  await afterwards((aws) => {
    const warned = aws.events.some((event) => event.detailType === 'Stillpoint Possibly Frozen');
    if (!warned) expect(aws.instance.isFrozen()).toBe(false);
  });
});
