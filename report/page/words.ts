import type { ExecutionDetail } from '../../lambda/core/event/execution-event';
import type { PossiblyFrozenDetail } from '../../lambda/core/event/possibly-frozen-event';
import type { Reason } from '../../lambda/core/execution/conclude';

type Consistency = ExecutionDetail['consistency'];

/** Each verdict has a sign of its own beside its colour. `open`: there is no closing event. */
export const VERDICTS: Readonly<Record<Consistency | 'open', { readonly sign: string; readonly meaning: string }>> = {
  application: { sign: '\u2713', meaning: 'proven to be application-consistent' },
  reported: { sign: '\u25cb', meaning: 'both scripts, or VSS, said success, without proof' },
  crash: { sign: '!', meaning: 'crash-consistent, or in doubt' },
  stopped: { sign: '\u25a0', meaning: 'the instance was stopped' },
  none: { sign: '\u2715', meaning: 'no snapshot set' },
  open: { sign: '\u2026', meaning: 'its closing event is not among the events' },
};

const REASONS: Readonly<Record<Reason, string>> = {
  proven:
    'Every file of the application was held on the instance until CreateSnapshots had answered, and released by the one that held it.',
  'no-result-line': 'Both scripts said success; the document prints no result line that would prove it.',
  'volumes-unknown': 'Held and released, but it could not be told on the instance which volumes the files lie on.',
  'pre-only': 'The policy has a pre-script alone, which said success.',
  'post-only': 'The policy has a post-script alone: nothing was held.',
  'create-unclear': 'CreateSnapshots gave no answer; the set was found afterwards by its tags.',
  'post-failed': 'The post-script did not succeed.',
  'auto-thawed': 'The guardian thawed at its deadline, before the post-script came.',
  'not-held': 'Nothing was held, or what was held did not stay so.',
  rebooted: 'The instance was restarted in between.',
  'result-of-another': 'The result line is that of another attempt.',
  'not-covered': 'A file of the application was on a filesystem that was not held.',
  'volume-not-in-set': 'A file of the application was on a volume that is not in the set.',
  'vss-consistent': 'VSS says of each snapshot that it is application-consistent. It does not tell how; nothing here proves it.',
  'vss-not-consistent': 'VSS does not say of each snapshot that it is application-consistent.',
  'vss-incomplete': 'A volume of the instance has no snapshot in what VSS made.',
  'vss-no-snapshots': 'The VSS command succeeded and made no snapshot that could be found.',
  'vss-failed': 'The VSS command failed.',
  'vss-timed-out': 'The VSS command did not end in its time.',
  'vss-unclear': 'Systems Manager gave no answer on the VSS command.',
  'vss-refused': 'Systems Manager refused the VSS command.',
  'no-scripts': 'The policy asks for no scripts.',
  'pre-failed': 'The pre-script failed.',
  'pre-timed-out': 'The pre-script did not end in its time.',
  'pre-unclear': 'Systems Manager gave no answer on the pre-script.',
  'pre-refused': 'Systems Manager refused the pre-script.',
  'create-failed': 'EC2 refused the snapshot set.',
  'late-failure': 'EC2 could not complete the set after all: it is withdrawn.',
  'thaw-only': 'A clean-up after a dead letter; there was nothing to do.',
  expired: 'It would have begun more than 60 minutes after it was due.',
  'policy-disabled': 'The policy was disabled or removed meanwhile.',
  'stack-removed': 'The stack was being removed: nothing began any more.',
  'policy-paused': 'The policy is paused, and runs no scripts; its event says why, and how to resume it.',
  'instance-gone': 'There is no such instance any more.',
  'not-a-target': 'The instance carries no target tag of the policy (any more).',
  'no-volumes': 'The instance has no EBS volume.',
  'volumes-excluded': "The policy excludes all of the instance's volumes, or more of them than EC2 can leave out.",
  'instance-stopped': 'The instance was not running: its volumes were at rest.',
  'instance-in-transit': 'The instance was starting or stopping.',
  'agent-unmanaged': 'The instance has no SSM Agent that Systems Manager knows.',
  'agent-offline': 'The SSM Agent had no connection.',
  'document-refused': 'The document breaks the contract, or is for another platform.',
  'auto-thaw-too-short': 'The guardian would have thawed within 10 s.',
  'foreign-freeze': 'Another sender had a pre-script open on this instance.',
  'snapshots-pending': 'A volume had too many pending snapshots.',
  'vss-not-windows': 'The instance does not run Windows, and VSS is of Windows.',
  'vss-instance-type': 'AWS does not support VSS on this instance type.',
};

/** A reason in words; one that a later version knows stays as it is. */
export const reasonInWords = (reason: string): string => {
  const known: Readonly<Record<string, string>> = REASONS;
  return Object.hasOwn(known, reason) ? (known[reason] ?? reason) : reason;
};

export const ALARMS: Readonly<Record<PossiblyFrozenDetail['reason'], string>> = {
  'thaw-unconfirmed': 'No post-script confirmed the thaw.',
  'pre-script-open': 'A pre-script still runs, or may yet be delivered.',
  'held-by-another': 'Somebody else may hold a freeze (cause 204).',
  'not-thawed': 'The pre-script may have frozen something, and no recovery thaw was allowed.',
  'dead-letter': 'The execution ended in the dead letters.',
};

const CAUSES: Readonly<Record<string, string>> = {
  '201': 'pre-script failed',
  '202': 'post-script failed',
  '203': 'auto-thaw came first',
  '204': 'post-script expected',
  '205': 'pre-script expected',
  '206': 'application not ready',
};

/** How a script failed, beside its name: `206 application not ready`, `201 timed out`. */
export const failureInWords = (cause: string, outcome: string): string =>
  cause === '201' || cause === '202' ? `${cause} ${outcome.replace('-', ' ')}` : causeInWords(cause);

/** `206 application not ready` */
export const causeInWords = (cause: string): string => [cause, CAUSES[cause] ?? ''].join(' ').trim();

export const THAWED_BY: Readonly<Record<ExecutionDetail['thawed_by'], string>> = {
  post: 'thawed by the post-script',
  'auto-thaw': 'thawed by the guardian, at its deadline',
  nobody: 'thawed by nobody yet, as far as was told',
  '': 'the document does not tell who thawed',
};
