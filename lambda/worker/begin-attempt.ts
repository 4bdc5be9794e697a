import { pausedBy } from '../core/brakes/seen';
import { type Admission, admit, admitRun } from '../core/execution/admission';
import { ADMISSION_PATIENCE_MS, worstCaseMs } from '../core/execution/deadlines';
import type { Facts, Refusal } from '../core/execution/facts';
import { withAttempt, withRefusal } from '../core/execution/progress';
import type { Run } from './execution';
import { lookAtBrakes } from './look-at-brakes';
import { observe } from './observe';
import { tellRefusedSharing } from './tell-refused-sharing';

/** Milliseconds between looks while a brake holds the execution. */
const HOLD_MS = 3_000;
/** Milliseconds that are kept for handing the execution on. */
const HANDING_ON_MS = 10_000;

/**
 * Begin an attempt once nothing stands against it, or note why it may not begin. Undefined: another invocation has to go on. A brake held it
 * until this one has too little time left, for holding on or for the attempt; or a person held everything, and may have deployed meanwhile what
 * only a new invocation knows: that the policy is disabled, say.
 */
export const beginAttempt = async (run: Run, facts: Facts, attempt: number): Promise<Facts | undefined> => {
  const { ports } = run;
  let stopped = false;
  let patienceEnds = ports.clock.now().getTime() + ADMISSION_PATIENCE_MS;
  const refused = ({ why, detail }: { readonly why: Refusal; readonly detail: string }, at: Date): Facts =>
    withRefusal(facts, attempt, why, detail, at, run.execution.plan);
  for (;;) {
    const admission = await lookOnce(run);
    const now = ports.clock.now();
    if (stopped && (admission.kind === 'admitted' || admission.kind === 'wait')) return undefined;
    switch (admission.kind) {
      case 'admitted':
        return fitsStill(run) ? withAttempt(facts, attempt, admission.request) : undefined;
      case 'refused':
        return refused(admission, now);
      case 'hold':
        if (ports.remainingMs() < HOLD_MS + HANDING_ON_MS) return undefined;
        await run.report.held(admission);
        stopped ||= admission.brake === 'stop-switch'; // another brake may hold it after the switch
        patienceEnds = now.getTime() + HOLD_MS + ADMISSION_PATIENCE_MS;
        break;
      case 'wait':
        if (now.getTime() + admission.ms > patienceEnds) return refused(admission, now);
    }
    await ports.clock.sleep(admission.kind === 'hold' ? HOLD_MS : admission.ms);
    await ports.lease.beat();
  }
};

/** Of the worst case the patience may be over by now. A hold has taken more. */
const fitsStill = ({ ports, execution }: Run): boolean => ports.remainingMs() >= worstCaseMs(execution.plan) - ADMISSION_PATIENCE_MS;

/** Brakes first: an execution that is held asks nobody but their table. */
const lookOnce = async (run: Run): Promise<Admission> => {
  const { ports, execution, document } = run;
  const brakes = await lookAtBrakes(ports, execution);
  const policy = ports.policy(execution.policyId);
  const policyEnabled = policy !== undefined && policy.State !== 'DISABLED'; // DLM's default is ENABLED
  const ofRun = admitRun({ now: ports.clock.now(), due: execution.due, policyEnabled, brakes });
  if (ofRun.kind !== 'admitted') return ofRun;
  const seen = await observe(ports, execution, document, pausedBy(brakes, execution.policyId));
  if (seen.isTarget && seen.selection.ok) tellRefusedSharing(run, seen.selection.volumes);
  return admit(seen);
};
