import { isVss } from '../core/execution-message';
import type { DocumentPin, Execution } from './execution';
import type { Ports } from './ports';

/** Check and pin the policy's document once, before anything else of the execution. AWS's documents of VSS follow no contract, and run once. */
export const pinDocument = async (ports: Ports, { plan }: Execution): Promise<DocumentPin | undefined> => {
  if (plan === undefined || isVss(plan)) return undefined;
  const pinned = await ports.documents.pin(plan.executionHandler, plan.stages);
  if ('problem' in pinned) return { ok: false, problem: pinned.problem };
  const { contract } = pinned;
  if (!contract.ok) return { ok: false, problem: `document ${pinned.name}: ${contract.problems.join('; ')}` };
  return { ok: true, pinned, contract: contract.document };
};
