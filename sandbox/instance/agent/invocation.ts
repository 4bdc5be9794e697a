import type { InvocationUpdate, StepResult } from '../ports';
import type { DocumentStep } from './document';
import { type ScriptEnd, STOPPED } from './script-run';

/** Exit codes by which a script speaks to the agent: end the command here, as a success or as a failure. */
const STOP_SUCCESS = 168;
const STOP_FAILED = 169;
const REBOOT = 194;

export const pendingStep = (step: DocumentStep): StepResult => ({
  name: step.name,
  plugin: step.action,
  status: 'Pending',
  statusDetails: 'Pending',
  responseCode: -1,
  stdout: '',
  stderr: '',
});

export const runningStep = (step: DocumentStep): StepResult => ({
  ...pendingStep(step),
  status: 'InProgress',
  statusDetails: 'InProgress',
  startedAt: new Date(),
});

/** A step that was not run: skipped (a success) or refused. */
export const unrunStep = (step: DocumentStep, status: 'Success' | 'Failed', message: string): StepResult => ({
  ...runningStep(step),
  status,
  statusDetails: status,
  responseCode: status === 'Success' ? 0 : 1,
  stdout: status === 'Success' ? message : '',
  stderr: status === 'Success' ? '' : message,
  endedAt: new Date(),
});

const verdict = ({ code, stoppedBy }: ScriptEnd): Pick<StepResult, 'status' | 'statusDetails'> => {
  if (stoppedBy === 'cancel') return { status: 'Cancelled', statusDetails: 'Cancelled' };
  if (code === STOPPED) return { status: 'TimedOut', statusDetails: 'Execution Timed Out' };
  if (code === 0 || code === STOP_SUCCESS) return { status: 'Success', statusDetails: 'Success' };
  return { status: 'Failed', statusDetails: 'Failed' };
};

export const endedStep = (running: StepResult, end: ScriptEnd): StepResult => ({
  ...running,
  ...verdict(end),
  responseCode: end.code,
  stdout: end.stdout,
  // Rebooting is not built: told as a failure instead of running the script a second time on a machine that did not reboot.
  stderr: end.code === REBOOT ? `${end.stderr}\nThe sandbox does not reboot for exit code ${REBOOT}.` : end.stderr,
  endedAt: new Date(),
});

/** Whether the steps after this one are left out. */
export const endsCommand = (step: DocumentStep, result: StepResult): boolean => {
  if (result.status === 'Cancelled' || result.responseCode === STOP_SUCCESS || result.responseCode === STOP_FAILED) return true;
  return result.status !== 'Success' && (step.onFailure === 'exit' || step.onFailure === 'successAndExit');
};

/** The command's status from those of its steps. */
export const invocationUpdate = (steps: readonly StepResult[]): InvocationUpdate => {
  const of = (status: StepResult['status']): StepResult | undefined => steps.find((step) => step.status === status);
  const telling = of('InProgress') ?? of('Pending') ?? of('Cancelled') ?? of('Failed') ?? of('TimedOut');
  if (telling === undefined) return { status: 'Success', statusDetails: 'Success', steps };
  if (telling.status === 'Pending') return { status: 'InProgress', statusDetails: 'InProgress', steps };
  return { status: telling.status, statusDetails: telling.statusDetails, steps };
};
