import fc from 'fast-check';
import { decide, MAX_UNDELIVERED_POSTS, type Situation, type Step } from '../../../lambda/core/execution/decide';
import { type EndedScript, type Facts, lastAttempt, type Script, type SnapshotSet } from '../../../lambda/core/execution/facts';
import { isFreezeOpen, withAttempt, withPost, withPre, withSet } from '../../../lambda/core/execution/progress';
import { confirmsThaw, mayRecoverByPost, wasUndelivered } from '../../../lambda/core/execution/thaw';
import type { ScriptPlan } from '../../../lambda/core/execution-message';
import * as f from './fixtures';

/** Every way that a world of random answers can take an execution, with the promises that hold on all of them. */
const ended = fc.constantFrom<EndedScript>(
  f.succeeded(),
  ...([201, 202, 203, 204, 205, 206] as const).map((cause) => f.failed(cause)),
  f.failed(201, 1),
  f.timedOut(),
  f.timedOut(false),
  f.timedOut(true, true),
  f.lost,
);
const sent = fc.constantFrom<Script>(f.open, f.open, f.open, f.lostAnswer, f.refused);
const made = fc.constantFrom<SnapshotSet>(f.created, f.created, f.createFailed, f.unclear);
const found = fc.constantFrom<SnapshotSet>(f.foundLater, f.createFailed);
const world = fc.record({
  ended: fc.infiniteStream(ended),
  sent: fc.infiniteStream(sent),
  made: fc.infiniteStream(made),
  found: fc.infiniteStream(found),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

interface Scripted extends Situation {
  readonly plan: ScriptPlan;
}

const situations = fc.record<Scripted>({
  plan: fc.record({
    stages: fc.constantFrom<('pre' | 'post')[]>(['pre', 'post'], ['pre', 'post'], ['pre'], ['post']),
    executionHandler: fc.constant('doc'),
    executeOperationOnScriptFailure: fc.boolean(),
    executionTimeout: fc.constant(10),
    maximumRetryCount: fc.integer({ min: 0, max: 3 }),
    recoveryThaw: fc.constantFrom('auto' as const, 'always' as const, 'never' as const),
    retryPause: fc.constant(60),
  }),
  traits: fc.record({ parameters: fc.constant(new Set<string>()), recordsBackupInPost: fc.boolean() }),
  firstAttempt: fc.constant(1),
  thawOnly: fc.constant(false),
});

const act = (world: World, facts: Facts, step: Step): Facts => {
  const draw = <T>(stream: fc.Stream<T>): T => stream.next().value as T;
  switch (step.do) {
    case 'begin':
      return withAttempt(facts, step.attempt);
    case 'send-pre':
      return withPre(facts, draw(world.sent));
    case 'send-post':
      return withPost(facts, draw(world.sent));
    case 'end-script':
      return step.stage === 'pre' ? withPre(facts, draw(world.ended)) : withPost(facts, draw(world.ended));
    case 'create-set':
      return withSet(facts, draw(world.made));
    case 'create-plain-set':
      return { ...facts, plainSet: draw(world.made) };
    case 'find-set':
      return facts.plainSet === undefined ? withSet(facts, draw(world.found)) : { ...facts, plainSet: draw(world.found) };
    case 'close':
      return facts;
    default:
      throw new Error(`${step.do} with scripts`);
  }
};

const run = (situation: Situation, answers: World): { readonly steps: Step[]; readonly facts: Facts; readonly atStep: Facts[] } => {
  const steps: Step[] = [];
  const atStep: Facts[] = [];
  let facts: Facts = { attempts: [] };
  for (let count = 0; count < 200; count++) {
    const step = decide(situation, facts);
    steps.push(step);
    atStep.push(facts);
    if (step.do === 'close') return { steps, facts, atStep };
    facts = act(answers, facts, step);
  }
  throw new Error('did not end in 200 steps');
};

const everyWay = (check: (situation: Scripted, way: ReturnType<typeof run>) => void) =>
  fc.assert(
    fc.property(situations, world, (situation, answers) => check(situation, run(situation, answers))),
    { numRuns: 3_000 },
  );

test('every execution ends, with no more than 1 + MaximumRetryCount attempts', () => {
  everyWay((situation, { facts }) => expect(facts.attempts.length).toBeLessThanOrEqual(situation.plan.maximumRetryCount + 1));
});

test('after a pre-script that succeeded, post is sent until it says that nothing is frozen or its tries are used up', () => {
  everyWay((situation, { facts }) => {
    if (!situation.plan.stages.includes('post')) return;
    const retries = situation.plan.maximumRetryCount;
    for (const { pre, posts } of facts.attempts) {
      if (pre?.kind !== 'succeeded' || posts.some(confirmsThaw)) continue;
      const undelivered = posts.filter(wasUndelivered).length;
      expect(undelivered === MAX_UNDELIVERED_POSTS || posts.length - undelivered === retries + 1).toBe(true);
    }
  });
});

test('no attempt begins and no pre-script is sent while a freeze that is ours to thaw may be open', () => {
  everyWay((situation, { steps, atStep }) => {
    const { plan } = situation;
    if (!mayRecoverByPost(plan, situation.traits)) return;
    steps.forEach((step, index) => {
      const facts = atStep[index];
      if (facts !== undefined && (step.do === 'begin' || step.do === 'send-pre')) expect(isFreezeOpen(facts)).toBe(false);
    });
  });
});

test('204 is never answered with a post-script', () => {
  everyWay((_situation, { facts }) => {
    for (const { pre, posts } of facts.attempts) if (pre?.kind === 'failed' && pre.cause === 204) expect(posts).toEqual([]);
  });
});

test('CreateSnapshots is called at most once an attempt, and before any post-script', () => {
  everyWay((_situation, { steps, atStep }) => {
    steps.forEach((step, index) => {
      if (step.do !== 'create-set') return;
      const attempt = lastAttempt(atStep[index] ?? { attempts: [] });
      expect(attempt?.set).toBeUndefined();
      expect(attempt?.posts).toEqual([]);
    });
  });
});
