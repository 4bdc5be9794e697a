import type { Stage } from '../core/cause';
import { undeliveredPauseMs } from '../core/execution/deadlines';
import { type Attempt, type Facts, isOpen, lastAttempt, type Script } from '../core/execution/facts';
import { commandComment, type Outcome, type ScriptKey } from '../core/execution/journal';
import { withPost, withPre } from '../core/execution/progress';
import { wasUndelivered } from '../core/execution/thaw';
import { isVss, type ScriptPlan } from '../core/execution-message';
import { attemptId } from '../core/ids';
import type { Execution, Run } from './execution';
import { followScript } from './follow-script';
import { type ScriptDocument, scriptDocument } from './script-document';

/** The pre-script: told as initiated before it is sent, so that nothing but polls follows. */
export const sendPre = async (run: Run, facts: Facts): Promise<Facts> => {
  const { ports, execution, report } = run;
  const { plan, attempt } = scripted(execution, facts);
  report.observe(withPre(facts, { kind: 'open', sentAt: ports.clock.now(), command: undefined }));
  await report.flush();
  await ports.lease.beat();
  return withPre(facts, await send(run, plan, attempt, { stage: 'pre' }));
};

/** The post-script, or a recovery thaw: a post-script after a pre-script that failed. */
export const sendPost = async (run: Run, facts: Facts, outcome: Outcome): Promise<Facts> => {
  const { plan, attempt } = scripted(run.execution, facts);
  const undelivered = attempt.posts.filter(wasUndelivered).length;
  await run.ports.clock.sleep(undeliveredPauseMs(undelivered));
  return withPost(facts, await send(run, plan, attempt, { stage: 'post', outcome }));
};

export const endScript = async (run: Run, facts: Facts, stage: Stage, cancel: boolean): Promise<Facts> => {
  const { plan, attempt } = scripted(run.execution, facts);
  const script = stage === 'pre' ? attempt.pre : attempt.posts.at(-1);
  if (!isOpen(script)) return facts;
  const ended = await followScript(run, plan, attempt, stage, script, cancel);
  return stage === 'pre' ? withPre(facts, ended) : withPost(facts, ended);
};

const scripted = ({ id, plan }: Execution, facts: Facts): { readonly plan: ScriptPlan; readonly attempt: Attempt } => {
  const attempt = lastAttempt(facts);
  if (plan === undefined || isVss(plan) || attempt === undefined) throw new Error(`${id} has no script to run`);
  return { plan, attempt };
};

/** SSM's answer is the script's state: open (with or without a command id), or refused. */
const send = async ({ ports, execution, document: pin }: Run, plan: ScriptPlan, attempt: Attempt, key: ScriptKey): Promise<Script> => {
  const document = scriptDocument(plan, pin, attempt);
  const sentAt = ports.clock.now();
  const answer = await ports.commands.send({
    instanceId: execution.instanceId,
    document: document.pinned,
    comment: commandComment(execution.runId, attempt.number, key),
    parameters: parametersFor(document, plan, key, attemptId(execution.id, attempt.number), sentAt),
  });
  if (answer.kind === 'refused') return { ...answer, sentAt, endedAt: ports.clock.now() };
  return { kind: 'open', sentAt, command: answer.kind === 'sent' ? answer.command : undefined };
};

/** Beyond the contract only what the document declares. */
const parametersFor = (
  { contract }: ScriptDocument,
  plan: ScriptPlan,
  key: ScriptKey,
  executionId: string,
  sentAt: Date,
): Record<string, string> => {
  const parameters: Record<string, string> = { command: `${key.stage}-script`, executionId };
  if (key.stage === 'post' && contract.parameters.has('outcome')) parameters['outcome'] = key.outcome;
  if (key.stage === 'pre' && contract.parameters.has('deadline')) {
    // A pre-script that is delivered after the worker gave it up must not freeze any more.
    parameters['deadline'] = String(Math.ceil(sentAt.getTime() / 1_000) + plan.executionTimeout);
  }
  return parameters;
};
