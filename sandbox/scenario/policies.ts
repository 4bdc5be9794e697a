import { basename, resolve } from 'node:path';
import { parsePolicy } from '../../lambda/core/policy/parse-policy';
import { describeProblem } from '../../lambda/core/policy/policy-problem';
import { readJson } from './files';
import { suggest } from './nearest';
import type { Problem } from './problem';
import type { FireEntry, PolicyEntry } from './scenario-file';

/** A policy as its file holds it. */
export type PolicyFile = Readonly<Record<string, unknown>>;

export type ReadPolicies = { readonly policies: ReadonlyMap<string, PolicyFile>; readonly problems: readonly Problem[] };

/** Policy id of a file: its name without `.json`. */
export const policyIdOf = (file: string): string => basename(file, '.json');

/** Reads and checks the scenario's policies; paths are relative to its folder. */
export const readPolicies = (entries: readonly PolicyEntry[], folder: string): ReadPolicies => {
  const policies = new Map<string, PolicyFile>();
  const problems: Problem[] = [];
  for (const [index, entry] of entries.entries()) {
    const id = typeof entry === 'string' ? policyIdOf(entry) : entry.id;
    const field = typeof entry === 'string' ? `policies[${index}] (${entry})` : `policies[${index}].policy`;
    const read = typeof entry === 'string' ? readJson(resolve(folder, entry)) : { ok: true as const, value: entry.policy };
    const wrong = read.ok ? findWrong(id, read.value) : [read.message];
    if (policies.has(id)) wrong.push(`a second policy "${id}"`);
    problems.push(...wrong.map((message) => ({ field, message })));
    if (read.ok && isObject(read.value)) policies.set(id, read.value);
  }
  return { policies, problems };
};

const POLICY_ID = /^[A-Za-z0-9_-]{1,40}$/;

/** Everything wrong with a policy, field, found and allowed in each line. */
export const findWrong = (id: string, policy: unknown): string[] => {
  const name = POLICY_ID.test(id) ? [] : [`found the policy id "${id}", allowed: 1 to 40 letters, digits, _ and -`];
  const parsed = parsePolicy(policy);
  return parsed.ok ? name : [...name, ...parsed.problems.map(describeProblem)];
};

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names of a policy's schedules, as far as the file has them. */
export const scheduleNames = (policy: PolicyFile): readonly string[] => {
  const schedules = policy['Schedules'];
  if (!Array.isArray(schedules)) return [];
  return schedules.flatMap((schedule: unknown) => (isObject(schedule) && typeof schedule['Name'] === 'string' ? [schedule['Name']] : []));
};

/** What fires must be a schedule of a policy of the scenario. */
export const checkFire = (fire: readonly FireEntry[], policies: ReadonlyMap<string, PolicyFile>): readonly Problem[] =>
  fire.flatMap(({ policy, schedule }, index) => {
    const file = policies.get(policy);
    if (file === undefined)
      return [{ field: `fire[${index}].policy`, message: `no policy "${policy}"; ${suggest(policy, [...policies.keys()])}` }];
    const names = scheduleNames(file);
    if (names.includes(schedule)) return [];
    return [{ field: `fire[${index}].schedule`, message: `policy "${policy}" has no schedule "${schedule}"; ${suggest(schedule, names)}` }];
  });
