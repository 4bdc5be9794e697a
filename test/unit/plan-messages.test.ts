import { continuationOf, deduplicationId } from '../../lambda/core/deduplication-id';
import { executionMessageSchema } from '../../lambda/core/execution-message';
import { executionMessages } from '../../lambda/core/plan-messages';
import { type Run, runOf } from '../../lambda/core/plan-run';
import type { Instance } from '../../lambda/core/plan-targets';
import { policy, schedule, script } from './policy-fixture';

const runWith = (createRule: Readonly<Record<string, unknown>>): Run => {
  const policies = new Map([['nightly', policy({ Schedules: [schedule(createRule)] })]]);
  const run = runOf(policies, { policyId: 'nightly', schedule: 'Nightly', time: new Date('2026-11-21T03:00:20Z') });
  if (run.kind !== 'run') throw new Error(run.kind);
  return run;
};

const target = (id: string, tags: Readonly<Record<string, string>> = {}, state = 'running'): Instance => ({
  id,
  state,
  tags: new Map(Object.entries(tags)),
});

it('a target becomes the message of its first attempt', () => {
  const run = runWith({ Scripts: [script()] });
  const [message] = executionMessages(run, [target('i-1', { 'stillpoint:group': 'pair' }, 'stopped')], new Map([['i-1', 'offline']]));
  expect(message).toEqual({
    version: 1,
    policyId: 'nightly',
    due: '2026-11-21T03:00:00.000Z',
    schedules: ['Nightly'],
    instanceId: 'i-1',
    instanceState: 'stopped',
    agent: 'offline',
    messageGroupId: 'group:pair',
    script: run.script,
    set: { excludeBootVolume: false, excludeDataVolumeTags: [], copyTags: false, tags: [], ages: [] },
    attempt: 1,
    thawOnly: false,
  });
  expect(executionMessageSchema.parse(message)).toEqual(message);
});

it('a run without scripts sends none', () => {
  const [message] = executionMessages(runWith({}), [target('i-1')], new Map());
  expect(message).not.toHaveProperty('script');
});

it('an instance that SSM does not list is unmanaged', () => {
  const agents = new Map([['i-2', 'online' as const]]);
  expect(executionMessages(runWith({}), [target('i-1'), target('i-2')], agents).map(({ agent }) => agent)).toEqual(['unmanaged', 'online']);
});

it('instances of one group share a message group, others have their own', () => {
  const targets = [target('i-1', { 'stillpoint:group': 'pair' }), target('i-2', { 'stillpoint:group': 'pair' }), target('i-3')];
  const groups = executionMessages(runWith({}), targets, new Map()).map(({ messageGroupId }) => messageGroupId);
  expect(groups).toEqual(['group:pair', 'group:pair', 'i-3']);
});

describe('the deduplication id', () => {
  const message = { ...executionMessages(runWith({}), [target('i-0123456789abcdef0')], new Map())[0]!, policyId: 'p'.repeat(40) };
  it('names execution and attempt', () => {
    expect(deduplicationId({ ...message, policyId: 'nightly', attempt: 2 })).toBe('nightly@2026-11-21T03:00Z/i-0123456789abcdef0#2');
  });

  it('differs each time that an execution is held, and for each attempt after', () => {
    const first = { ...message, policyId: 'nightly', attempt: 1 };
    const held = continuationOf(first, 1, true);
    const heldAgain = continuationOf(held, 1, true);
    const next = continuationOf(heldAgain, 2, false);
    const ids = [first, held, heldAgain, next, continuationOf(next, 2, true)].map((one) =>
      deduplicationId(one).split('#').slice(1).join('#'),
    );
    expect(ids).toEqual(['1', '1#held-1', '1#held-2', '2#held-2', '2#held-3']);
  });
  it('of a thaw-only message is another', () => {
    expect(deduplicationId({ ...message, policyId: 'nightly', thawOnly: true })).toBe('nightly@2026-11-21T03:00Z/i-0123456789abcdef0#thaw');
  });
  it("fits SQS's 128 characters", () => {
    expect(deduplicationId(message)).toMatch(/^[A-Za-z0-9!-/:-@[-`{-~]{1,128}$/);
  });
});
