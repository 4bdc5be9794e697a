import type { AccountDocument } from '../ports';
import { readDocument } from './documents';
import { readJson } from './files';
import type { FleetMember } from './fleet';
import { findWrong, isObject, type PolicyFile, policyIdOf, scheduleNames } from './policies';
import { ScenarioError } from './problem';
import type { Scenario } from './scenario';
import type { Expectation } from './scenario-file';

/** The short ways to a fleet of one's own: the example fleet under another policy, with another document, or both. */
export interface OwnFiles {
  readonly policy?: string;
  readonly document?: string;
}

/**
 * The example with the user's own files in place of its. The instances that the example expects to succeed stay, with tags that the policy
 * matches; those that show failures of the example's own document go. Nothing but success is expected.
 */
export const withOwnFiles = (example: Scenario, own: OwnFiles): Scenario => {
  const document = own.document === undefined ? undefined : ownDocument(own.document);
  const [policyId, policy] = own.policy === undefined ? mainPolicy(example) : ownPolicy(own.policy);
  const [schedule] = scheduleNames(policy);
  if (schedule === undefined)
    throw new ScenarioError(own.policy ?? policyId, [{ field: 'Schedules', message: 'found no schedule with a Name' }]);
  const tag = targetTag(own.policy ?? policyId, policy);
  return {
    ...example,
    description: `The example fleet under ${own.policy ?? `policy ${policyId}`}${own.document === undefined ? '' : ` with document ${own.document}`}`,
    fleet: example.fleet.flatMap((member) => retag(member, example.expect, tag)),
    policies: new Map([[policyId, document === undefined ? policy : withHandler(policy, document.name)]]),
    documents: document === undefined ? example.documents : [...example.documents.filter(({ name }) => name !== document.name), document],
    fire: [{ policy: policyId, schedule }],
    faults: [],
    expect: example.expect.filter(({ untouched }) => untouched === true),
  };
};

const ownDocument = (file: string): AccountDocument => {
  const read = readDocument(file);
  if (!read.ok) throw new ScenarioError(file, [{ field: '', message: read.message }]);
  return read.value;
};

const ownPolicy = (file: string): readonly [string, PolicyFile] => {
  const read = readJson(file);
  if (!read.ok) throw new ScenarioError(file, [{ field: '', message: read.message }]);
  const id = policyIdOf(file);
  const wrong = findWrong(id, read.value);
  if (wrong.length > 0 || !isObject(read.value))
    throw new ScenarioError(
      file,
      wrong.map((message) => ({ field: '', message })),
    );
  return [id, read.value];
};

/** The example's policy that the others only vary: the first. */
const mainPolicy = (example: Scenario): readonly [string, PolicyFile] => {
  const [first] = example.policies;
  if (first === undefined) throw new Error('the example has no policy');
  return first;
};

const targetTag = (file: string, policy: PolicyFile): Readonly<Record<string, string>> => {
  const tags = policy['TargetTags'];
  const [first]: unknown[] = Array.isArray(tags) ? tags : [];
  if (isObject(first) && typeof first['Key'] === 'string' && typeof first['Value'] === 'string') return { [first['Key']]: first['Value'] };
  throw new ScenarioError(file, [{ field: 'TargetTags[0]', message: 'found no Key and Value to tag the example fleet with' }]);
};

const retag = (member: FleetMember, expect: readonly Expectation[], tag: Readonly<Record<string, string>>): readonly FleetMember[] => {
  const expectation = expect.find(({ instance }) => instance === member.name);
  if (expectation?.untouched === true) return [member];
  if (expectation !== undefined && (expectation.result === 'failed' || expectation.failures !== undefined)) return [];
  const kept = Object.entries(member.instance.tags).filter(([key]) => key === 'Name' || key.startsWith('stillpoint:'));
  return [{ ...member, instance: { ...member.instance, tags: { ...Object.fromEntries(kept), ...tag } } }];
};

/** The policy with every script's handler replaced. A policy without scripts gets one. */
const withHandler = (policy: PolicyFile, handler: string): PolicyFile => {
  const schedules: unknown = policy['Schedules'];
  return { ...policy, Schedules: Array.isArray(schedules) ? schedules.map((schedule: unknown) => handled(schedule, handler)) : schedules };
};

const handled = (schedule: unknown, handler: string): unknown => {
  if (!isObject(schedule)) return schedule;
  const rule = isObject(schedule['CreateRule']) ? schedule['CreateRule'] : {};
  const [script]: unknown[] = Array.isArray(rule['Scripts']) ? rule['Scripts'] : [];
  return { ...schedule, CreateRule: { ...rule, Scripts: [{ ...(isObject(script) ? script : {}), ExecutionHandler: handler }] } };
};
