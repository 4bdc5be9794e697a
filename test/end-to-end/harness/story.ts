import * as z from 'zod/mini';
import { BRAKE_DETAIL_TYPE, brakeDetailSchema } from '../../../lambda/core/event/brake-event';
import { EXECUTION_DETAIL_TYPE, executionDetailSchema } from '../../../lambda/core/event/execution-event';
import { POSSIBLY_FROZEN_DETAIL_TYPE, possiblyFrozenDetailSchema } from '../../../lambda/core/event/possibly-frozen-event';
import { RECOVERY_THAW_DETAIL_TYPE, scriptDetailSchema } from '../../../lambda/core/event/script-event';
import type { EventEnvelope } from '../../../sandbox/ports';

const sourceSchema = z.object({ source: z.string() });

/** Our events on one instance, in their order. */
export const eventsOf = (events: readonly EventEnvelope[], instanceId: string): readonly EventEnvelope[] =>
  events.filter(({ source, detail }) => {
    const parsed = sourceSchema.safeParse(detail);
    return source === 'stillpoint' && parsed.success && parsed.data.source.endsWith(`/${instanceId}`);
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
  return `${type === RECOVERY_THAW_DETAIL_TYPE ? 'THAW' : script_stage} ${result} ${cause}`.trim();
};
