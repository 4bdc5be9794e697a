import type { InvocationStatus, StepResult } from '../../instance/ports';
import type { DocumentVersion } from './document-store';

/** One instance's part of a command. */
export interface Invocation {
  readonly instanceId: string;
  status: InvocationStatus;
  /** SSM's words without blanks: `DeliveryTimedOut`, `ExecutionTimedOut`, ... */
  statusDetails: string;
  steps: readonly StepResult[];
  /** The agent has it: cancelling reaches the script. */
  delivered: boolean;
}

export interface Command {
  readonly commandId: string;
  readonly documentName: string;
  readonly documentVersion: string;
  readonly document: DocumentVersion;
  readonly comment: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly timeoutSeconds: number;
  readonly requestedAt: Date;
  /** On the monotonic clock: from when GetCommandInvocation knows it. */
  readonly visibleAt: number;
  readonly invocations: readonly Invocation[];
}

const FINAL: readonly InvocationStatus[] = ['Success', 'Cancelled', 'TimedOut', 'Failed'];
export const isFinal = (status: InvocationStatus): boolean => FINAL.includes(status);

/** The command's own status, from those of its invocations. */
export const commandStatus = ({ invocations }: Command): InvocationStatus => {
  const statuses = invocations.map(({ status }) => status);
  const open = statuses.find((status) => !isFinal(status));
  if (open !== undefined)
    return statuses.every((status) => status === 'Pending') ? 'Pending' : open === 'Cancelling' ? 'Cancelling' : 'InProgress';
  return (['Failed', 'TimedOut', 'Cancelled'] as const).find((status) => statuses.includes(status)) ?? 'Success';
};
