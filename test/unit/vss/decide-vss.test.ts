import { decide, type Situation, type Step } from '../../../lambda/core/execution/decide';
import type { Attempt, Facts } from '../../../lambda/core/execution/facts';
import { withRefusal } from '../../../lambda/core/execution/progress';
import * as f from '../execution/fixtures';
import * as v from './fixtures';

const situation = (changes: Partial<Situation> = {}): Situation => ({
  ...{ plan: v.plan(), traits: { parameters: new Set<string>(), recordsBackupInPost: false }, firstAttempt: 1, thawOnly: false },
  ...changes,
});
const SEND: Step = { do: 'send-vss' };
const FOLLOW: Step = { do: 'follow-vss' };
const FIND: Step = { do: 'find-vss-set' };
const AGAIN: Step = { do: 'begin', attempt: 2, pause: false };
const PLAIN: Step = { do: 'create-plain-set' };
const CLOSE: Step = { do: 'close' };
const LAST = { number: 2 };

test.each<readonly [string, Partial<Attempt>, Step]>([
  ['a new attempt sends the command', {}, SEND],
  ['it is followed', { vss: v.open }, FOLLOW],
  ['also when its answer was lost', { vss: v.lostAnswer }, FOLLOW],
  ['once it has succeeded its snapshots are looked at', { vss: v.succeeded }, FIND],
  ['whole and consistent: closed', { vss: v.succeeded, set: v.good }, CLOSE],
  ['one that failed may have made some', { vss: v.failed }, FIND],
  ['or not: again', { vss: v.failed, set: v.none }, AGAIN],
  ['a set without AppConsistent: again', { vss: v.succeeded, set: v.inconsistent }, AGAIN],
  ['a set that lacks a volume: again', { vss: v.succeeded, set: v.incomplete }, AGAIN],
  ['a set with a volume that is no more attached: again', { vss: v.succeeded, set: v.detached }, AGAIN],
  ['a success without any snapshot: again', { vss: v.succeeded, set: v.none }, AGAIN],
  ['snapshots of a command that failed are no better for being consistent: again', { vss: v.failed, set: v.good }, AGAIN],
  ['killed at its deadline: again, once its snapshots were looked for', { vss: v.timedOut(), set: v.none }, AGAIN],
  ['never delivered: nothing to look for', { vss: v.timedOut(false) }, AGAIN],
  ['refused by Systems Manager: the fallback', { vss: v.refused }, PLAIN],
  ['it may still run: no second one on top of it', { vss: v.timedOut(true, true), set: v.none }, PLAIN],
  ['nor of one that was lost', { vss: v.lost, set: v.none }, PLAIN],
  ['the last one failed: the fallback', { ...LAST, vss: v.failed, set: v.none }, PLAIN],
  ['its set is whole, and so crash-consistent: no other is made', { ...LAST, vss: v.succeeded, set: v.inconsistent }, CLOSE],
  ['its set lacks a volume: the fallback', { ...LAST, vss: v.succeeded, set: v.incomplete }, PLAIN],
])('%s', (_what, attempt, step) => {
  expect(decide(situation(), { attempts: [v.attempt(attempt)] })).toEqual(step);
});

test.each<readonly [string, Partial<Attempt>, Step]>([
  ['a command in the journal is followed, never cancelled nor sent again', { vss: v.open }, FOLLOW],
  ['one that has ended is looked at', { vss: v.succeeded, set: v.unseen }, FIND],
  ['snapshots without their command are looked at', { set: v.unseen }, FIND],
  ['and then no other attempt is begun: it may still run', { set: v.good }, CLOSE],
  ['nor where they lack a volume', { set: v.incomplete }, PLAIN],
])('after a crash: %s', (_what, attempt, step) => {
  expect(decide(situation(), { attempts: [v.attempt({ interrupted: true, ...attempt })] })).toEqual(step);
});

test.each<readonly [string, Partial<Attempt>, Step]>([
  ['nothing is sent', {}, CLOSE],
  ['an open command is followed', { vss: v.open }, FOLLOW],
  ['its snapshots are looked at', { vss: v.succeeded }, FIND],
  ['none is begun after a failure', { vss: v.failed, set: v.none }, CLOSE],
])('a message to thaw: %s', (_what, attempt, step) => {
  expect(decide(situation({ thawOnly: true }), { attempts: [v.attempt(attempt)] })).toEqual(step);
});

test.each([
  ['vss-not-windows', true, PLAIN],
  ['vss-instance-type', true, PLAIN],
  ['agent-offline', true, PLAIN],
  ['policy-paused', true, PLAIN],
  ['vss-not-windows', false, CLOSE],
  ['instance-stopped', true, PLAIN],
  ['expired', true, CLOSE],
  ['snapshots-pending', true, { do: 'begin', attempt: 2, pause: true }],
] as const)('%s, with a fallback %s', (why, executeOperationOnScriptFailure, step) => {
  const plan = v.plan({ executeOperationOnScriptFailure });
  const facts: Facts = withRefusal({ attempts: [] }, 1, why, '', f.AT, plan);
  expect(decide(situation({ plan }), facts)).toEqual(step);
});
