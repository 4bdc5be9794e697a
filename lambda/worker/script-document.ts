import type { ContractDocument } from '../core/document-contract';
import type { Attempt, Script } from '../core/execution/facts';
import type { ScriptPlan } from '../core/execution-message';
import type { DocumentPin } from './execution';
import type { PinnedDocument } from './ports';

export interface ScriptDocument {
  readonly pinned: PinnedDocument;
  readonly contract: ContractDocument;
}

/** A document that is gone or broken by now: a post-script is sent to it all the same, with nothing beyond DLM's contract. */
const unchecked = (plan: ScriptPlan): ScriptDocument => ({
  pinned: { name: plan.executionHandler, version: undefined, hash: undefined, platforms: [], contract: { ok: false, problems: [] } },
  contract: { steps: [], parameters: new Set(), recordsBackupInPost: false, autoThawSeconds: undefined, dryRun: false },
});

/** The document to send: post runs the version that pre ran, also when a later delivery sends it. */
export const scriptDocument = (plan: ScriptPlan, pin: DocumentPin | undefined, attempt: Attempt): ScriptDocument => {
  const document = pin?.ok ? pin : unchecked(plan);
  const version = versionOf(attempt.pre) ?? document.pinned.version;
  return { contract: document.contract, pinned: { ...document.pinned, version } };
};

const versionOf = (script: Script | undefined): string | undefined =>
  script !== undefined && 'command' in script ? script.command?.documentVersion : undefined;
