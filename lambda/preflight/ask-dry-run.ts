import { type CommandState, hasEnded } from '../core/execution/command-state';
import type { CommandRef } from '../core/execution/facts';
import { attemptId } from '../core/ids';
import { findDryRunLine } from '../core/preflight/dry-run-line';
import type { DryRunFacts, PreflightSubject } from '../core/preflight/facts';
import { preflightComment } from '../core/preflight/request';
import type { PinnedDocument } from '../worker/ports';
import type { PreflightPorts } from './ports';

/** SSM delivers within 30 s, and a dry-run takes a second or two. */
const PATIENCE_MS = 60_000;
const POLL_MS = 500;

/** Send the document's dry-run and wait for its end. Nothing but `dry-run` is ever sent from here. */
export const askDryRun = async (
  { commands, clock }: PreflightPorts,
  { policyId, instanceId }: PreflightSubject,
  document: PinnedDocument,
  steps: readonly string[],
): Promise<DryRunFacts> => {
  const sentAt = clock.now();
  const executionId = attemptId(`${preflightComment(policyId)}/${instanceId}@${sentAt.toISOString()}`, 1);
  const answer = await commands.send({
    instanceId,
    document,
    comment: preflightComment(policyId),
    parameters: { command: 'dry-run', executionId },
  });
  if (answer.kind === 'refused') return answer;
  if (answer.kind === 'lost') return { kind: 'no-answer', status: 'none' };
  const state = await follow({ commands, clock }, instanceId, answer.command, steps);
  if (state === undefined || !hasEnded(state) || !state.started) {
    await commands.cancel(instanceId, answer.command); // harmless, and yet nobody waits for it any more
    return { kind: 'no-answer', status: state?.statusDetails ?? 'none' };
  }
  return { kind: 'ended', sentAt, seenAt: clock.now(), exitCode: state.exitCode, line: findDryRunLine(state.output) };
};

/** The command's end, or its state when patience was over. */
const follow = async (
  { commands, clock }: Pick<PreflightPorts, 'commands' | 'clock'>,
  instanceId: string,
  command: CommandRef,
  steps: readonly string[],
): Promise<CommandState | undefined> => {
  const until = clock.now().getTime() + PATIENCE_MS;
  for (;;) {
    const state = await commands.state(instanceId, command, steps);
    if ((state !== undefined && hasEnded(state)) || clock.now().getTime() >= until) return state;
    await clock.sleep(POLL_MS);
  }
};
