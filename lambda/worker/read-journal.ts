import { endedScript, endedVss, hasEnded } from '../core/execution/command-state';
import type { Facts, Script, VssCommand } from '../core/execution/facts';
import { factsFromJournal, type JournalCommand, type JournalVss, parseComment, wasClosed } from '../core/execution/journal';
import type { DocumentPin, Execution } from './execution';
import type { HistoryCommand, Ports } from './ports';

/** What AWS keeps of this execution from earlier deliveries of its message. */
export const readJournal = async (
  ports: Ports,
  execution: Execution,
  document: DocumentPin | undefined,
): Promise<{ readonly facts: Facts; readonly closed: boolean }> => {
  const [history, sets] = await Promise.all([
    execution.plan === undefined ? [] : ports.commands.history(execution.instanceId, execution.due),
    ports.sets.ofExecution(execution.id),
  ]);
  const commands: JournalCommand[] = [];
  const vssCommands: JournalVss[] = [];
  for (const past of history) {
    const comment = parseComment(past.comment);
    if (comment?.runId !== execution.runId) continue;
    const { attempt, key } = comment;
    if (key.stage === 'vss') vssCommands.push({ attempt, vss: await vssOf(ports, execution, past) });
    else commands.push({ attempt, key, script: await scriptOf(ports, execution, document, past, key.stage) });
  }
  return { facts: factsFromJournal(commands, sets, vssCommands), closed: wasClosed(sets) };
};

const scriptOf = async (
  ports: Ports,
  execution: Execution,
  document: DocumentPin | undefined,
  { command, requestedAt }: HistoryCommand,
  stage: 'pre' | 'post',
): Promise<Script> => {
  const steps = document?.ok ? document.contract.steps : [];
  const state = await ports.commands.state(execution.instanceId, command, steps);
  if (state === undefined || !hasEnded(state)) return { kind: 'open', sentAt: requestedAt, command };
  return endedScript(stage, command, requestedAt, state, ports.clock.now());
};

const vssOf = async (ports: Ports, { instanceId }: Execution, { command, requestedAt }: HistoryCommand): Promise<VssCommand> => {
  const state = await ports.commands.state(instanceId, command, []);
  if (state === undefined || !hasEnded(state)) return { kind: 'open', sentAt: requestedAt, command };
  return endedVss(command, requestedAt, state, ports.clock.now());
};
