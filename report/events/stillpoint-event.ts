import * as z from 'zod/mini';
import { EVENT_SOURCE } from '../../lambda/core/event/common';
import { COMPLETION_DETAIL_TYPE, type CompletionDetail, completionDetailSchema } from '../../lambda/core/event/completion-event';
import { EXECUTION_DETAIL_TYPE, type ExecutionDetail, executionDetailSchema } from '../../lambda/core/event/execution-event';
import {
  POSSIBLY_FROZEN_DETAIL_TYPE,
  type PossiblyFrozenDetail,
  possiblyFrozenDetailSchema,
} from '../../lambda/core/event/possibly-frozen-event';
import { RECOVERY_THAW_DETAIL_TYPE, SCRIPT_DETAIL_TYPE, type ScriptDetail, scriptDetailSchema } from '../../lambda/core/event/script-event';

interface Envelope {
  /** When EventBridge took the event: whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly account: string;
}

/** An event of Stillpoint, checked. */
export type StillpointEvent = Envelope &
  (
    | { readonly kind: 'script'; readonly recovery: boolean; readonly detail: ScriptDetail }
    | { readonly kind: 'closing'; readonly detail: ExecutionDetail }
    | { readonly kind: 'completion'; readonly detail: CompletionDetail }
    | { readonly kind: 'possibly-frozen'; readonly detail: PossiblyFrozenDetail }
  );

const sourceSchema = z.object({ source: z.string(), 'detail-type': z.string() });

/** EventBridge writes whole seconds. */
const TIME = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/));
const envelopeOf = <Detail extends z.core.$ZodType>(detail: Detail) =>
  z.object({ time: TIME, region: z.string(), account: z.string(), detail });
const scriptSchema = envelopeOf(scriptDetailSchema);
const closingSchema = envelopeOf(executionDetailSchema);
const completionSchema = envelopeOf(completionDetailSchema);
const possiblyFrozenSchema = envelopeOf(possiblyFrozenDetailSchema);

export type ReadEvent =
  | { readonly kind: 'event'; readonly event: StillpointEvent }
  /** Another source, or a detail-type that has no place in the picture. */
  | { readonly kind: 'other' }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

/** One value of an events file. A wrong one is told with field, what was found and what is allowed. */
export const readEvent = (value: unknown): ReadEvent => {
  const head = sourceSchema.safeParse(value);
  if (!head.success) return wrong(value, head.error);
  if (head.data.source !== EVENT_SOURCE) return { kind: 'other' };
  switch (head.data['detail-type']) {
    case SCRIPT_DETAIL_TYPE:
    case RECOVERY_THAW_DETAIL_TYPE: {
      const read = scriptSchema.safeParse(value);
      const recovery = head.data['detail-type'] === RECOVERY_THAW_DETAIL_TYPE;
      return read.success ? { kind: 'event', event: { kind: 'script', recovery, ...read.data } } : wrong(value, read.error);
    }
    case EXECUTION_DETAIL_TYPE: {
      const read = closingSchema.safeParse(value);
      return read.success ? { kind: 'event', event: { kind: 'closing', ...read.data } } : wrong(value, read.error);
    }
    case COMPLETION_DETAIL_TYPE: {
      const read = completionSchema.safeParse(value);
      return read.success ? { kind: 'event', event: { kind: 'completion', ...read.data } } : wrong(value, read.error);
    }
    case POSSIBLY_FROZEN_DETAIL_TYPE: {
      const read = possiblyFrozenSchema.safeParse(value);
      return read.success ? { kind: 'event', event: { kind: 'possibly-frozen', ...read.data } } : wrong(value, read.error);
    }
    default:
      return { kind: 'other' };
  }
};

const wrong = (value: unknown, { issues }: { readonly issues: readonly z.core.$ZodIssue[] }): ReadEvent => ({
  kind: 'wrong',
  problems: issues.map((issue) => {
    const field = issue.path.map(String).join('.');
    return `${field === '' ? '' : `${field}: `}found ${shorten(at(value, issue.path))}, allowed: ${allowed(issue)}`;
  }),
});

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined), value);

const shorten = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const allowed = (issue: z.core.$ZodIssue): string => {
  if (issue.path.length === 0) return 'an event of EventBridge, an object with source, detail-type and detail';
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.map((word) => JSON.stringify(word)).join(', ');
    case 'invalid_format':
      return 'a time such as "2026-11-21T03:00:08.910Z"';
    case 'invalid_union':
      return 'a time such as "2026-11-21T03:00:08.910Z", or ""';
    default:
      return issue.message;
  }
};
