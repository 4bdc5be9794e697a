import type { ContractDocument } from '../core/document-contract';
import { type Place, placeOf } from '../core/event/common';
import type { DocumentTraits } from '../core/execution/facts';
import type { ExecutionMessage, Plan, SetPlan } from '../core/execution-message';
import { executionId, runId } from '../core/ids';
import { WHOLE_SET } from '../core/plan-set';
import type { PinnedDocument, Ports } from './ports';
import type { Report } from './report';

/** One execution, resolved from its message. */
export interface Execution {
  readonly id: string;
  readonly runId: string;
  readonly policyId: string;
  readonly instanceId: string;
  readonly due: Date;
  readonly schedules: readonly string[];
  readonly plan: Plan | undefined;
  readonly setPlan: SetPlan;
  readonly firstAttempt: number;
  readonly thawOnly: boolean;
  /** An earlier invocation held it back, and told so. */
  readonly wasHeld: boolean;
  readonly startedAt: Date;
  readonly place: Place;
}

export const executionOf = (message: ExecutionMessage, policyArnPrefix: string, startedAt: Date): Execution => {
  const due = new Date(message.due);
  const run = runId(message.policyId, due);
  return {
    id: executionId(run, message.instanceId),
    runId: run,
    policyId: message.policyId,
    instanceId: message.instanceId,
    due,
    schedules: message.schedules,
    plan: message.script,
    setPlan: message.set ?? WHOLE_SET,
    firstAttempt: message.attempt,
    thawOnly: message.thawOnly,
    wasHeld: message.held !== undefined,
    startedAt,
    place: placeOf(policyArnPrefix),
  };
};

/** The execution's document, pinned, or why it can't be used. */
export type DocumentPin =
  | { readonly ok: true; readonly pinned: PinnedDocument; readonly contract: ContractDocument }
  | { readonly ok: false; readonly problem: string };

/** Of a document that can't be read nobody knows what its post-script does. */
const NO_TRAITS: DocumentTraits = { parameters: new Set(), recordsBackupInPost: true };

export const traitsOf = (document: DocumentPin | undefined): DocumentTraits => (document?.ok ? document.contract : NO_TRAITS);

/** An execution under way. */
export interface Run {
  readonly ports: Ports;
  readonly execution: Execution;
  readonly document: DocumentPin | undefined;
  readonly report: Report;
}
