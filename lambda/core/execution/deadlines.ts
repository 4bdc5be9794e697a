import { isVss, type Plan, type VssPlan } from '../execution-message';
import { VSS_SNAPSHOT_SECONDS } from '../vss/vss-request';
import { MAX_RECOVERY_THAWS, MAX_UNDELIVERED_POSTS } from './decide';

/** How long the worker waits for admission (volume pauses, pending snapshots, a foreign pre-script) before it gives up. */
export const ADMISSION_PATIENCE_MS = 30_000;
/** How long SSM gets to end a command after CancelCommand. */
export const CANCEL_PATIENCE_MS = 15_000;
/** CreateSnapshots with its bounded retry. */
export const CREATE_PATIENCE_MS = 20_000;
/** Search for a set by tag after CreateSnapshots gave no answer. */
export const FIND_SET_PATIENCE_MS = 30_000;
/** Milliseconds before a post-script is sent again that SSM refused or lost `undelivered` times: together about a minute. */
export const undeliveredPauseMs = (undelivered: number): number => (undelivered === 0 ? 0 : Math.min(500 * 2 ** (undelivered - 1), 15_000));
const UNDELIVERED_PATIENCE_MS = Array.from({ length: MAX_UNDELIVERED_POSTS }, (_, sent) => undeliveredPauseMs(sent)).reduce(
  (sum, pause) => sum + pause,
  0,
);
/** How long SSM may take to deliver a command: the least that SendCommand accepts. */
const DELIVERY_MS = 30_000;
/** What the newer document's installing step gets of its own. */
const VSS_INSTALL_MS: Readonly<Record<VssPlan['document'], number>> = {
  'AWSEC2-VssInstallAndSnapshot': 60_000,
  'AWSEC2-CreateVssSnapshot': 0,
};

/** The bound on a VSS command, from SendCommand on: installing takes as much longer as the snapshot step takes less than its 600 s. */
export const vssPatienceMs = ({ document }: VssPlan): number => DELIVERY_MS + VSS_INSTALL_MS[document] + VSS_SNAPSHOT_SECONDS * 1_000;

/** Search for what a VSS command that failed may have made all the same. */
export const VSS_FAILED_PATIENCE_MS = 6_000;

/** Journal, inspection, events, tags. */
const AROUND_MS = 20_000;

/** The worker's time limit: Lambda's own. */
export const WORKER_TIMEOUT_MS = 900_000;

/**
 * The longest that an attempt can take, in milliseconds: it starts only where the invocation has that left, so that no
 * function ends at its time limit while something is frozen.
 */
export const worstCaseMs = (plan: Plan | undefined): number => {
  const plain = ADMISSION_PATIENCE_MS + CREATE_PATIENCE_MS + FIND_SET_PATIENCE_MS + AROUND_MS;
  if (plan === undefined) return plain;
  if (isVss(plan)) return plain + vssPatienceMs(plan) + CANCEL_PATIENCE_MS + FIND_SET_PATIENCE_MS;
  const script = plan.executionTimeout * 1_000 + CANCEL_PATIENCE_MS;
  const posts = Math.max(MAX_RECOVERY_THAWS, plan.maximumRetryCount + 1);
  return plain + script + posts * script + UNDELIVERED_PATIENCE_MS;
};
