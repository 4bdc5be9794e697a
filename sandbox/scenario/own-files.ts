import type { AccountDocument } from '../ports';
import { readDocument } from './documents';
import { readJson } from './files';
import type { FleetMember } from './fleet';
import { findWrong, isObject, type PolicyFile, policyIdOf, scheduleNames } from './policies';
import { handlersOf, targetTag, withHandler } from './policy-changes';
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
  const run = document === undefined ? policy : withHandler(policy, document.name);
  const quiesces = example.documents.some(({ name }) => handlersOf(run).includes(name));
  return {
    ...example,
    description: `The example fleet under ${own.policy ?? `policy ${policyId}`}${own.document === undefined ? '' : ` with document ${own.document}`}`,
    fleet: example.fleet.filter((member) => succeeds(member, example.expect)).map((member) => retag(member, example.expect, tag, quiesces)),
    policies: new Map([[policyId, run]]),
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

const succeeds = (member: FleetMember, expect: readonly Expectation[]): boolean =>
  expect.every(({ instance, result, failures = [] }) => instance !== member.name || (result !== 'failed' && failures.length === 0));

const isBystander = (member: FleetMember, expect: readonly Expectation[]): boolean =>
  expect.some(({ instance, untouched }) => instance === member.name && untouched === true);

type Tags = Readonly<Record<string, string>>;

/** Only the example's own document quiesces the example's application: with another one it does not run, and volumes alone are restored. */
const retag = (member: FleetMember, expect: readonly Expectation[], tag: Tags, quiesces: boolean): FleetMember => {
  if (isBystander(member, expect)) return member;
  const { machine, tags } = member.instance;
  const kept = Object.entries(tags).filter(([key]) => key === 'Name' || key.startsWith('stillpoint:'));
  const { application, ...bare } = machine;
  const instance = { ...member.instance, tags: { ...Object.fromEntries(kept), ...tag }, machine: quiesces ? machine : bare };
  return { ...member, instance };
};
