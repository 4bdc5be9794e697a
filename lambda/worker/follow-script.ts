import type { Stage } from '../core/cause';
import { endedScript } from '../core/execution/command-state';
import type { Attempt, EndedScript, OpenScript } from '../core/execution/facts';
import type { ScriptPlan } from '../core/execution-message';
import type { Run } from './execution';
import { followCommand } from './follow-command';
import { scriptDocument } from './script-document';

/** Follow an open script to its end. At its deadline (`cancel`: at once) it is cancelled. */
export const followScript = async (
  { ports, execution, document }: Run,
  plan: ScriptPlan,
  attempt: Attempt,
  stage: Stage,
  script: OpenScript,
  cancel: boolean,
): Promise<EndedScript> => {
  const { steps } = scriptDocument(plan, document, attempt).contract;
  const patienceMs = cancel ? 0 : plan.executionTimeout * 1_000;
  const followed = await followCommand(ports, execution, { attempt, stage, open: script, steps, patienceMs });
  if (followed === undefined) return { kind: 'lost', sentAt: script.sentAt, endedAt: ports.clock.now() };
  return endedScript(stage, followed.command, script.sentAt, followed.state, ports.clock.now());
};
