import { closest, distance } from 'fastest-levenshtein';
import type * as z from 'zod/mini';
import { copyRetainRuleSchema, copyRuleSchema, fastRestoreRuleSchema, shareRuleSchema } from './after-completion-schema';
import { type JsonPath, valueAt } from './json-path';
import type { PolicyProblem } from './policy-problem';
import {
  createRuleSchema,
  parametersSchema,
  policySchema,
  preflightSchema,
  retainRuleSchema,
  scheduleSchema,
  scriptSchema,
  stillpointSchema,
  tagSchema,
} from './policy-schema';
import { isRefused, REFUSED_KEYS, refusal } from './refused-keys';

type Issue = z.core.$ZodIssue;

/** The keys of the object that a key such as `Schedules` holds. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  Schedules: Object.keys(scheduleSchema.shape),
  CreateRule: Object.keys(createRuleSchema.shape),
  Scripts: Object.keys(scriptSchema.shape),
  RetainRule: Object.keys(retainRuleSchema.shape),
  CrossRegionCopyRules: Object.keys(copyRuleSchema.shape),
  ShareRules: Object.keys(shareRuleSchema.shape),
  FastRestoreRule: Object.keys(fastRestoreRuleSchema.shape),
  TargetTags: Object.keys(tagSchema.shape),
  TagsToAdd: Object.keys(tagSchema.shape),
  VariableTags: Object.keys(tagSchema.shape),
  ExcludeDataVolumeTags: Object.keys(tagSchema.shape),
  CanaryTag: Object.keys(tagSchema.shape),
  Preflight: Object.keys(preflightSchema.shape),
  Parameters: Object.keys(parametersSchema.shape),
  Stillpoint: Object.keys(stillpointSchema.shape),
};

const keysAt = (path: JsonPath): readonly string[] => {
  const last = String(path.findLast((step) => typeof step === 'string'));
  if (last === 'RetainRule' && path.includes('CrossRegionCopyRules')) return Object.keys(copyRetainRuleSchema.shape);
  return KEYS[last] ?? Object.keys(policySchema.shape);
};

const unknownKey = (path: JsonPath, key: string): PolicyProblem => {
  const known = keysAt(path);
  const lower = (text: string): string => text.toLowerCase();
  const candidates = [...known, ...REFUSED_KEYS];
  const best = closest(lower(key), candidates.map(lower));
  const near = distance(lower(key), best) <= Math.max(2, Math.floor(key.length / 3));
  const hint = near ? `did you mean ${candidates.find((name) => lower(name) === best)}?` : `known here: ${known.join(', ')}`;
  return { kind: 'unknown-key', path: [...path, key], message: `unknown key; ${hint}` };
};

const refusedKey = (input: unknown, path: JsonPath, key: string): PolicyProblem => ({
  kind: 'not-built',
  path,
  found: valueAt(input, path),
  message: refusal(key),
});

const valueProblem = (input: unknown, path: JsonPath, message: string): PolicyProblem => {
  const found = valueAt(input, path);
  return found === undefined ? { kind: 'missing', path, message } : { kind: 'value', path, found, message };
};

/** An issue's path without symbols, which JSON has not. */
const jsonPath = (path: readonly PropertyKey[]): JsonPath => path.filter((step) => typeof step !== 'symbol');

/** The schema's answer as problems. */
export const schemaProblems = (input: unknown, issues: readonly Issue[]): readonly PolicyProblem[] =>
  issues.flatMap((issue) => {
    const path = jsonPath(issue.path);
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => (isRefused(key, path.length) ? refusedKey(input, [...path, key], key) : unknownKey(path, key)));
    const refusedAt = path.findIndex((step, depth) => typeof step === 'string' && isRefused(step, depth));
    if (refusedAt >= 0) return [refusedKey(input, path.slice(0, refusedAt + 1), String(path[refusedAt]))];
    return [valueProblem(input, path, issue.message)];
  });
