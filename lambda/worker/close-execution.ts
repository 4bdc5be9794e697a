import { countIncident } from '../brakes/count-incident';
import { notePolicyState } from '../brakes/note-policy-state';
import { isIncident } from '../core/brakes/policy-brake';
import { causeText, type OutgoingEvent } from '../core/event/common';
import { executionEvent } from '../core/event/execution-event';
import { possiblyFrozenEvent } from '../core/event/possibly-frozen-event';
import { type ConcludedSet, type Conclusion, conclude } from '../core/execution/conclude';
import { executionMetrics } from '../core/execution/execution-metrics';
import { type Facts, lastAttempt } from '../core/execution/facts';
import { freezeReport } from '../core/execution/freeze-report';
import { attemptId } from '../core/ids';
import { sightingOf } from '../core/policy-state/execution-sighting';
import { freezeTags, verdictTags } from '../core/snapshot-tags';
import { copiesFor, copyTags, keysLeftOut, usersTags } from './copy-tags';
import type { Execution, Run } from './execution';
import type { Ports } from './ports';
import { tagVssSet } from './run-vss';

/**
 * Tell what became of the execution: events first, tags last, because the tags mark it as closed and a crash in between
 * must tell again rather than not at all.
 */
export const closeExecution = async (run: Run, facts: Facts): Promise<Conclusion> => {
  const { ports, execution, report } = run;
  const conclusion = conclude({ executionId: execution.id, plan: execution.plan, thawOnly: execution.thawOnly }, facts);
  const [first] = facts.attempts;
  const startedAt = (first?.pre ?? first?.vss)?.sentAt ?? execution.startedAt; // by an earlier worker, after a crash
  const context = { ...execution, startedAt, executionId: execution.id, executionHandler: execution.plan?.executionHandler ?? '' };
  if (conclusion.possiblyFrozen !== undefined) {
    const { why, attempt } = conclusion.possiblyFrozen;
    const attemptUuids = [attemptId(execution.id, attempt)];
    report.add(possiblyFrozenEvent({ ...context, attemptUuids }, why, causeText(conclusion.cause)));
    await report.flush(); // a person is needed: nothing that EC2 is asked for holds it up
  }
  const copies = await copiesFor(ports, execution, conclusion.sets);
  report.add(executionEvent({ ...context, tagsLeftOut: keysLeftOut(copies) }, conclusion, facts, ports.clock.now()));
  await report.flush();
  const paused = isIncident(facts, conclusion) ? await count(ports, execution) : undefined;
  if (paused !== undefined) await ports.publish([paused]);
  await notePolicy(run, facts);
  for (const set of conclusion.sets) {
    if (set.byVss !== undefined) await tagVssSet(ports, execution, set.members, set.byVss.attempt);
    await copyTags(ports, set, copies);
    await tagSet(ports, set, usersTags(execution, set, copies));
  }
  ports.recordMetrics(execution.policyId, executionMetrics(facts, conclusion));
  const { freeze_window_ms: freezeWindowMs } = freezeReport(lastAttempt(facts));
  ports.log('info', 'execution closed', { ...conclusion, freezeWindowMs });
  return conclusion;
};

/** What the execution met that is its policy's fault and not the instance's, or that it met none. A thaw alone asks nothing of the policy. */
const notePolicy = async ({ ports, execution, document }: Run, facts: Facts): Promise<void> => {
  const { id: by, place, policyId, plan, due, thawOnly } = execution;
  const policy = ports.policy(policyId);
  if (thawOnly || policy === undefined || policy.State === 'DISABLED') return; // nobody counts on it
  const seen = sightingOf({ plan, document, facts, policy }, { due, by, at: ports.clock.now() });
  await notePolicyState({ ...ports, table: ports.brakes.table, place }, policyId, seen);
};

/** The verdict closes the set, so nothing that a document told may stand in its way: a tag too many or one that EC2 does not take. */
const tagSet = async (ports: Ports, set: ConcludedSet, others: number): Promise<void> => {
  const verdict = verdictTags(set);
  try {
    await ports.sets.tag(set.members, { ...verdict, ...freezeTags(set, others) });
  } catch (error) {
    ports.log('warn', 'tagged with its verdict alone', { error });
    await ports.sets.tag(set.members, verdict);
  }
};

/** An incident that can't be counted must not keep the execution from being closed: while the table is out of reach, nothing begins anyway. */
const count = async (ports: Ports, { id, place, policyId }: Execution): Promise<OutgoingEvent | undefined> => {
  const { table, settings } = ports.brakes;
  try {
    const incident = { place, policyId, executionId: id };
    return await countIncident(table, incident, settings(policyId).pauseAfter, ports.clock.now());
  } catch (error) {
    ports.log('warn', 'the incident was not counted', { error });
    return undefined;
  }
};
