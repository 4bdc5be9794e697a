import { parseComment } from '../../lambda/core/execution/journal';
import type { EventEnvelope, RequestRecord } from '../ports';
import { lastSegment, viewEvent } from './event-view';

/** Where an instance is in its execution, as far as requests and events have told. */
export type Phase = 'waiting' | 'queued' | 'pre-script' | 'vss' | 'snapshot made' | 'post-script' | 'success' | 'failed';

export interface InstanceStage {
  readonly phase: Phase;
  readonly attempt: number;
  /** Causes of failed scripts so far. */
  readonly failures: readonly string[];
}

export const WAITING: InstanceStage = { phase: 'waiting', attempt: 0, failures: [] };

/** A change to one instance. */
export interface StageChange {
  readonly instanceId: string;
  readonly change: (stage: InstanceStage) => InstanceStage;
}

const INSTANCE_ID = /\bi-[0-9a-f]{17}\b/;

const instancesIn = (resources: readonly string[]): readonly string[] =>
  resources.flatMap((resource) => INSTANCE_ID.exec(resource)?.[0] ?? []);

/**
 * What a request says of the instances in it. The worker's events leave only after the thaw, so what happens meanwhile is read from its requests.
 */
export const changesOfRequest = ({ action, resources, comment, status }: RequestRecord): readonly StageChange[] => {
  if (status >= 400) return [];
  const next = phaseOf(action, comment);
  if (next === undefined) return [];
  return instancesIn(resources).map((instanceId) => ({ instanceId, change: next }));
};

type Change = StageChange['change'];

const phaseOf = (action: string, comment: string | undefined): Change | undefined => {
  if (action === 'SendMessage' || action === 'SendMessageBatch')
    return (stage) => (stage.phase === 'waiting' ? { ...stage, phase: 'queued' } : stage);
  if (action === 'CreateSnapshots') return (stage) => ({ ...stage, phase: 'snapshot made' });
  if (action === 'SendCommand') return (stage) => sent(stage, comment);
  return undefined;
};

/** Our commands say in their comment which attempt and stage they are; those of somebody else say nothing of an execution. */
const sent = (stage: InstanceStage, comment = ''): InstanceStage => {
  const told = parseComment(comment);
  return told === undefined
    ? stage
    : { ...stage, attempt: told.attempt, phase: told.key.stage === 'vss' ? 'vss' : `${told.key.stage}-script` };
};

/** What an event says of its instance. */
export const changesOfEvent = (event: EventEnvelope): readonly StageChange[] => {
  const seen = viewEvent(event);
  if (seen.kind === 'closing') {
    const { source, result, attempts } = seen.closing;
    return [{ instanceId: lastSegment(source), change: (stage) => ({ ...stage, phase: result, attempt: attempts }) }];
  }
  if (seen.kind === 'stage' && seen.stage.result === 'failed') {
    const { source, script_stage, cause } = seen.stage;
    const failure = `${seen.recovery ? 'THAW' : script_stage || 'VSS'} ${cause}`.trim();
    return [{ instanceId: lastSegment(source), change: (stage) => ({ ...stage, failures: [...stage.failures, failure] }) }];
  }
  return [];
};

/** One line about an instance's stage. */
export const describeStage = ({ phase, attempt, failures }: InstanceStage): string => {
  const parts = [attempt > 0 && phase !== 'success' && phase !== 'failed' ? `${phase}, attempt ${attempt}` : phase];
  if (failures.length > 0) parts.push(`failed so far: ${failures.join(', ')}`);
  return parts.join('; ');
};
