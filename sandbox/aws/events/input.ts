import type { EventEnvelope } from '../../ports';
import type { Rule, RuleTarget } from './rule';

type Envelope = EventEnvelope | Readonly<Record<string, unknown>>;

/** What a target receives for an event: the event, a part of it, a constant, or the transformer's text. */
export const targetInput = (rule: Rule, target: RuleTarget, event: Envelope): unknown => {
  if (target.transformer !== undefined)
    return parse(transform(rule, target.transformer.InputPathsMap ?? {}, target.transformer.InputTemplate, event));
  if (target.input !== undefined) return parse(target.input);
  return target.inputPath === undefined ? event : valueAt(event, target.inputPath);
};

/** Lambda receives JSON: a template that gives none fails the delivery. */
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`the target's input is not JSON: ${text}`);
  }
};

/** `$.a.b` and `$.list[0]`. */
const valueAt = (event: Envelope, path: string): unknown => {
  const steps = path
    .replace(/^\$\.?/, '')
    .split(/[.[\]]+/)
    .filter((step) => step !== '');
  return steps.reduce<unknown>((at, step) => {
    if (typeof at !== 'object' || at === null) return undefined;
    return Object.entries(at).find(([key]) => key === step)?.[1];
  }, event);
};

const predefined = (name: string, rule: Rule, event: Envelope): unknown => {
  if (name === 'aws.events.rule-arn') return rule.arn;
  if (name === 'aws.events.rule-name') return rule.name;
  if (name === 'aws.events.event.ingestion-time') return 'time' in event ? event.time : undefined;
  return name === 'aws.events.event' || name === 'aws.events.event.json' ? event : undefined;
};

/**
 * `<x>` outside a JSON text is replaced by the value as JSON, inside one by the bare text. A path that finds nothing
 * leaves an empty text.
 */
const transform = (rule: Rule, paths: Readonly<Record<string, string>>, template: string, event: Envelope): string =>
  template.replace(/<([A-Za-z0-9_.-]+)>/g, (all, name: string, at: number) => {
    const path = paths[name];
    if (path === undefined && !name.startsWith('aws.')) return all;
    const value = (path === undefined ? predefined(name, rule, event) : valueAt(event, path)) ?? '';
    if (!insideText(template.slice(0, at))) return JSON.stringify(value);
    return typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value);
  });

/** An odd number of quotes before, escaped ones not counted. */
const insideText = (before: string): boolean => (before.replace(/\\./g, '').match(/"/g)?.length ?? 0) % 2 === 1;
