import * as z from 'zod/mini';
import { BRAKE_DETAIL_TYPE, brakeDetailSchema } from '../../../lambda/core/event/brake-event';
import { COMPLETION_DETAIL_TYPE, completionDetailSchema } from '../../../lambda/core/event/completion-event';
import { EXECUTION_DETAIL_TYPE, executionDetailSchema } from '../../../lambda/core/event/execution-event';
import { POSSIBLY_FROZEN_DETAIL_TYPE, possiblyFrozenDetailSchema } from '../../../lambda/core/event/possibly-frozen-event';
import { RECOVERY_THAW_DETAIL_TYPE, scriptDetailSchema } from '../../../lambda/core/event/script-event';
import type { EventEnvelope } from '../../../sandbox/ports';

const sourceSchema = z.object({ source: z.string() });

const isOn = (instanceId: string, { source, detail }: EventEnvelope): boolean => {
  const parsed = sourceSchema.safeParse(detail);
  return source === 'stillpoint' && parsed.success && parsed.data.source.endsWith(`/${instanceId}`);
};

/** Our events of executions on one instance, in their order. */
export const eventsOf = (events: readonly EventEnvelope[], instanceId: string): readonly EventEnvelope[] =>
  events.filter((event) => event['detail-type'] !== COMPLETION_DETAIL_TYPE && isOn(instanceId, event));

/** What became of an instance's sets: `confirmed application proven`, `withdrawn none late-failure`. It comes in its own time. */
export const completionsOf = (events: readonly EventEnvelope[], instanceId: string): readonly string[] =>
  events.flatMap((event) => {
    if (event['detail-type'] !== COMPLETION_DETAIL_TYPE || !isOn(instanceId, event)) return [];
    const { result, consistency, reason } = completionDetailSchema.parse(event.detail);
    return [`${result} ${consistency} ${reason}`];
  });

/** What an event says, in a few words: `PRE failed 206`, `THAW success`, `CLOSED crash pre-failed`. */
export const wordsOf = (event: EventEnvelope): string => {
  const type = event['detail-type'];
  if (type === EXECUTION_DETAIL_TYPE) {
    const { consistency, reason } = executionDetailSchema.parse(event.detail);
    return `CLOSED ${consistency} ${reason}`;
  }
  if (type === BRAKE_DETAIL_TYPE) {
    const { brake, result } = brakeDetailSchema.parse(event.detail);
    return `${result.toUpperCase()} ${brake}`;
  }
  if (type === POSSIBLY_FROZEN_DETAIL_TYPE) return `POSSIBLY FROZEN ${possiblyFrozenDetailSchema.parse(event.detail).reason}`;
  const { script_stage, result, cause } = scriptDetailSchema.parse(event.detail);
  return `${type === RECOVERY_THAW_DETAIL_TYPE ? 'THAW' : script_stage || 'VSS'} ${result} ${cause}`.trim();
};
