import { worstCaseMs } from '../core/execution/deadlines';
import { decide, type Situation, type Step } from '../core/execution/decide';
import { type Facts, lastAttempt } from '../core/execution/facts';
import { isFreezeOpen } from '../core/execution/progress';
import { retryOf } from '../core/execution/retry';
import { isVss } from '../core/execution-message';
import { beginAttempt } from './begin-attempt';
import { closeExecution } from './close-execution';
import { type DocumentPin, type Execution, type Run, traitsOf } from './execution';
import { giveBackSlots, leave } from './look-at-brakes';
import { createPlainSet, createSet, findSet } from './make-sets';
import { pinDocument } from './pin-document';
import type { Ports } from './ports';
import { readJournal } from './read-journal';
import { Report } from './report';
import { endScript, sendPost, sendPre } from './run-scripts';
import { findVssSet, followVss, sendVss } from './run-vss';

export type Ending = 'closed' | 'continued' | 'duplicate';

/**
 * One execution, from whatever AWS already knows of it to its end: read the journal, then step by step what the core
 * decides from the facts so far.
 */
export const runExecution = async (ports: Ports, execution: Execution): Promise<Ending> => {
  const document = await pinDocument(ports, execution);
  const journal = await readJournal(ports, execution, document);
  if (journal.closed) return 'duplicate';
  if (lastAttempt(journal.facts) !== undefined) ports.log('warn', 'taken up again from the journal', { facts: journal.facts });
  const ending = await follow(ports, execution, document, journal.facts);
  await leave(ports, execution); // one that is interrupted stays entered, until the next worker has ended it
  return ending;
};

const follow = async (ports: Ports, execution: Execution, document: DocumentPin | undefined, journal: Facts): Promise<Ending> => {
  const situation: Situation = { ...execution, traits: traitsOf(document) };
  const report = reportOf(ports, execution);
  const run: Run = { ports, execution, document, report };
  for (let facts = journal; ; ) {
    report.observe(facts);
    const step = decide(situation, facts);
    const frozen = isFreezeOpen(facts);
    if (endsAttempt(step, facts) && !frozen) await giveBackSlots(ports, execution); // else they are kept until they expire
    if (step.do === 'close') {
      await closeExecution(run, facts);
      return 'closed';
    }
    ports.lease.quiet(frozen);
    if (!frozen) await report.flush();
    if (step.do === 'begin' && !(await fits(ports, execution, step))) return 'continued';
    ports.log('info', 'step', step);
    const retry = retryOf(step, facts);
    if (retry !== undefined) ports.log('info', 'retry', retry);
    const next = await perform(run, facts, step);
    if (next === undefined) return 'continued';
    facts = next;
  }
};

/** An attempt is behind: what is done now, if anything, freezes nothing, or begins anew. */
const endsAttempt = (step: Step, facts: Facts): boolean =>
  lastAttempt(facts) !== undefined && (step.do === 'begin' || step.do === 'create-plain-set' || step.do === 'close');

const reportOf = (ports: Ports, execution: Execution): Report =>
  new Report(
    {
      ...execution,
      executionId: execution.id,
      executionHandler: execution.plan?.executionHandler ?? '',
      timeoutMs: (execution.plan === undefined || isVss(execution.plan) ? 0 : execution.plan.executionTimeout) * 1_000,
    },
    ports.publish,
    execution.wasHeld,
    execution.firstAttempt,
  );

/** Milliseconds that are left after a pause for sending the continuation. */
const CONTINUATION_MS = 10_000;

/** An attempt begins only where its worst case fits what the invocation has left; else a continuation begins it in another one. */
const fits = async (ports: Ports, { plan, firstAttempt }: Execution, step: Extract<Step, { do: 'begin' }>): Promise<boolean> => {
  const pause = step.pause ? (plan?.retryPause ?? 0) * 1_000 : 0;
  await ports.clock.sleep(Math.max(0, Math.min(pause, ports.remainingMs() - CONTINUATION_MS)));
  const ownInvocation = isVss(plan) && step.attempt !== firstAttempt; // one with VSS takes most of an invocation, however short the last one was
  if (!ownInvocation && ports.remainingMs() >= worstCaseMs(plan)) return true;
  // The queue would drop a continuation with this message's own deduplication id: let the message itself come again.
  if (step.attempt === firstAttempt) throw new Error(`attempt ${step.attempt} does not fit the ${ports.remainingMs()} ms that are left`);
  await ports.continueWith(step.attempt, false);
  return false;
};

/** Undefined: another invocation goes on. */
const perform = async (run: Run, facts: Facts, step: Exclude<Step, { do: 'close' }>): Promise<Facts | undefined> => {
  const { ports, execution } = run;
  switch (step.do) {
    case 'begin':
      return begin(run, facts, step.attempt);
    case 'create-set':
      return createSet(ports, execution, facts);
    case 'create-plain-set':
      return createPlainSet(ports, execution, facts);
    case 'find-set':
      return findSet(ports, execution, facts);
    case 'send-pre':
      return sendPre(run, facts);
    case 'send-post':
      return sendPost(run, facts, step.outcome);
    case 'end-script':
      return endScript(run, facts, step.stage, step.cancel);
    case 'send-vss':
      return sendVss(run, facts);
    case 'follow-vss':
      return followVss(run, facts);
    case 'find-vss-set':
      return findVssSet(run, facts);
  }
};

const begin = async (run: Run, facts: Facts, attempt: number): Promise<Facts | undefined> => {
  const begun = await beginAttempt(run, facts, attempt);
  if (begun === undefined) await run.ports.continueWith(attempt, true);
  return begun;
};
