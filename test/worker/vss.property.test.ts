import fc from 'fast-check';
import { EXECUTION_DETAIL_TYPE, executionDetailSchema } from '../../lambda/core/event/execution-event';
import type { ExecutionMessage } from '../../lambda/core/execution-message';
import { TAG } from '../../lambda/core/snapshot-tags';
import { executionOf } from '../../lambda/worker/execution';
import { runExecution } from '../../lambda/worker/run-execution';
import { plan } from '../unit/vss/fixtures';
import { DUE, Killed } from './fake-aws';
import { FakeVss, type VssBehaviour, type VssScript } from './fake-vss';

const LEASE_MS = 90_000;
const MOST_DELIVERIES = 12;

const message = (maximumRetryCount: number, attempt: number): ExecutionMessage => ({
  ...{ version: 1, policyId: 'nightly', due: new Date(DUE).toISOString(), schedules: ['daily'], instanceId: 'i-00000000000000001' },
  ...{ instanceState: 'running', agent: 'online', messageGroupId: 'i-00000000000000001', attempt, thawOnly: false },
  script: plan({ maximumRetryCount, retryPause: 1 }),
});

/** Deliver the message, and those that follow it, until a worker ends the execution. */
const deliver = async (aws: FakeVss, maximumRetryCount: number): Promise<void> => {
  let attempt = 1;
  for (let delivery = 0; delivery < MOST_DELIVERIES; delivery++) {
    const began = aws.time;
    const execution = executionOf(
      message(maximumRetryCount, attempt),
      'arn:aws:stillpoint:eu-west-1:111122223333:policy/',
      new Date(began),
    );
    try {
      const ending = await runExecution(aws.ports(), execution);
      expect(aws.time - began).toBeLessThan(900_000);
      if (ending !== 'continued') return;
      attempt = aws.continuations.at(-1) ?? attempt;
    } catch (thrown) {
      if (!(thrown instanceof Killed)) throw thrown;
      aws.time += LEASE_MS;
    }
  }
  throw new Error(`not ended in ${MOST_DELIVERIES} deliveries`);
};

const behaviour = fc.record<VssBehaviour>({
  ms: fc.constantFrom(5_000, 40_000, 40_000, 500_000, 800_000, undefined),
  succeeds: fc.constantFrom(true, true, true, false),
  makes: fc.constantFrom('whole' as const, 'whole' as const, 'partial' as const, 'none' as const),
  consistent: fc.constantFrom(true, true, true, false),
  deaf: fc.boolean(),
});
const script = fc.record<VssScript>({
  kills: fc.array(fc.record({ call: fc.integer({ min: 0, max: 80 }), after: fc.boolean() }), { maxLength: 3 }),
  lostSends: fc.subarray([0, 1, 2, 3], { maxLength: 2 }),
  behaviours: fc.array(behaviour, { maxLength: 4 }),
});

const closings = ({ events }: FakeVss) =>
  events.filter(({ detailType }) => detailType === EXECUTION_DETAIL_TYPE).map(({ detail }) => executionDetailSchema.parse(detail));

const afterwards = (check: (aws: FakeVss, retries: number) => void) =>
  fc.assert(
    fc.asyncProperty(script, fc.integer({ min: 0, max: 3 }), async (answers, retries) => {
      const aws = new FakeVss(answers);
      await deliver(aws, retries);
      check(aws, retries);
    }),
    { numRuns: 250 },
  );

test('one command an attempt, and none on top of one that may still run, whenever the worker is killed', async () => {
  await afterwards((aws, retries) => {
    const attempts = aws.commands.map(({ attempt }) => attempt);
    expect(new Set(attempts).size).toBe(attempts.length);
    expect(attempts.length).toBeLessThanOrEqual(retries + 1);
    aws.commands.slice(1).forEach((command, index) => {
      const before = aws.commands[index];
      expect(before && aws.endOf(before)).toBeLessThanOrEqual(command.from);
    });
  });
});

test('a set is called `reported` only where VSS said so of all of it, and never `application`', async () => {
  let reported = 0;
  await afterwards((aws) => {
    for (const set of aws.sets()) {
      const consistency = set.tags[TAG.consistency];
      expect(consistency).not.toBe('application');
      if (consistency !== 'reported') continue;
      reported++;
      expect([set.by?.makes, set.by?.succeeds, aws.isConsistent(set)]).toEqual(['whole', true, true]);
    }
  });
  expect(reported).toBeGreaterThan(50);
});

test('every execution is closed with an event, in at most 900 s an invocation, and nothing is said to be frozen', async () => {
  await afterwards((aws) => {
    expect(closings(aws).length).toBeGreaterThan(0);
    expect(aws.events.filter(({ detailType }) => /Frozen|Thaw/.test(detailType))).toEqual([]);
  });
});

test('one that does not end is cancelled at its bound, and another attempt begins once it has ended', async () => {
  const hanging: VssBehaviour = { ms: undefined, succeeds: true, makes: 'none', consistent: true, deaf: false };
  const aws = new FakeVss({ kills: [], lostSends: [], behaviours: [hanging] });
  await deliver(aws, 1);
  const [first, second] = aws.commands;
  expect((first?.cancelledAt ?? 0) - (first?.from ?? 0)).toBeGreaterThan(689_000);
  expect((first?.cancelledAt ?? 0) - (first?.from ?? 0)).toBeLessThan(695_000);
  expect(second?.attempt).toBe(2);
  expect(aws.continuations).toEqual([2]);
  expect(closings(aws).at(-1)).toMatchObject({ consistency: 'reported', attempts: 2 });
});

test('VSS’s word that comes a while after the command’s end is waited for', async () => {
  const aws = new FakeVss({ kills: [], lostSends: [], behaviours: [] });
  const late = jest.spyOn(aws, 'isConsistent').mockImplementation(() => aws.time > DUE + 65_000);
  await deliver(aws, 0);
  late.mockRestore();
  expect(closings(aws)).toMatchObject([{ consistency: 'reported' }]);
});

test.each<readonly [string, readonly string[]]>([
  ['went', ['vol-1']],
  ['went with the instance', []],
])('a volume that %s while VSS was at work makes its set doubtful', async (_what, left) => {
  const aws = new FakeVss({ kills: [], lostSends: [], behaviours: [] });
  const ports = aws.ports();
  let looks = 0;
  const later = async (id: string) => {
    const seen = await ports.instances.observe(id);
    return looks++ === 0 ? seen : { ...seen, volumes: seen.volumes.filter(({ volumeId }) => left.includes(volumeId)) };
  };
  const execution = executionOf(message(0, 1), 'arn:aws:stillpoint:eu-west-1:111122223333:policy/', new Date(aws.time));
  await runExecution({ ...ports, instances: { ...ports.instances, observe: later } }, execution);
  expect(closings(aws)).toMatchObject([{ consistency: 'crash', reason: 'vss-incomplete' }]);
});
