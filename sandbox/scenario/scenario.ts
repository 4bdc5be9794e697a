import { dirname, resolve } from 'node:path';
import type { AccountDocument, Fault } from '../ports';
import { readDocuments } from './documents';
import { readJson } from './files';
import { type FleetMember, toFleetMember } from './fleet';
import { suggest } from './nearest';
import { checkFire, type PolicyFile, readPolicies } from './policies';
import { type Problem, ScenarioError } from './problem';
import { checkReferences } from './references';
import type { Expectation, FaultEntry, FireEntry, ScenarioFile } from './scenario-file';
import { checkSchema } from './scenario-schema';

/** A scenario with its files read and its names resolved: everything a run needs. */
export interface Scenario {
  readonly description: string;
  readonly region: string;
  readonly accountId: string;
  readonly fleet: readonly FleetMember[];
  readonly policies: ReadonlyMap<string, PolicyFile>;
  readonly documents: readonly AccountDocument[];
  readonly fire: readonly FireEntry[];
  readonly faults: readonly Fault[];
  readonly expect: readonly Expectation[];
}

/** Reads a scenario file and all that it names. Throws a ScenarioError that lists everything wrong. */
export const readScenario = (file: string): Scenario => {
  const read = readJson(resolve(file));
  if (!read.ok) throw new ScenarioError(file, [{ field: '', message: read.message }]);
  const checked = checkSchema(read.value);
  if (!checked.ok) throw new ScenarioError(file, checked.problems);
  return resolveScenario(file, checked.scenario);
};

const resolveScenario = (file: string, scenario: ScenarioFile): Scenario => {
  const folder = dirname(resolve(file));
  const { policies, problems } = readPolicies(scenario.policies, folder);
  const documents = scenario.documents === undefined ? undefined : readDocuments(resolve(folder, scenario.documents));
  const all: readonly Problem[] = [
    ...checkReferences(scenario),
    ...problems,
    ...(problems.length > 0 ? [] : [...checkFire(scenario.fire, policies), ...checkExpected(scenario.expect ?? [], policies)]),
    ...(documents === undefined || documents.ok ? [] : [{ field: 'documents', message: documents.message }]),
  ];
  if (all.length > 0) throw new ScenarioError(file, all);
  const fleet = scenario.instances.map((entry) => toFleetMember(entry, folder));
  return {
    description: scenario.description ?? '',
    region: scenario.region ?? 'eu-west-1',
    accountId: scenario.accountId ?? '111122223333',
    fleet,
    policies,
    documents: documents?.ok === true ? documents.value : [],
    fire: scenario.fire,
    faults: (scenario.faults ?? []).map((fault) => toFault(fault, fleet)),
    expect: scenario.expect ?? [],
  };
};

const checkExpected = (expect: readonly Expectation[], policies: ReadonlyMap<string, PolicyFile>): readonly Problem[] =>
  expect.flatMap(({ policy }, index) =>
    policy === undefined || policies.has(policy)
      ? []
      : [{ field: `expect[${index}].policy`, message: `no policy "${policy}"; ${suggest(policy, [...policies.keys()])}` }],
  );

/** The sandbox knows instances by id. */
const toFault = (fault: FaultEntry, fleet: readonly FleetMember[]): Fault => {
  if (fault.kind === 'late-delivery') {
    const { instance, ...rest } = fault;
    return { ...rest, instanceId: idOf(instance, fleet) };
  }
  const { instance, ...rest } = fault;
  return instance === undefined ? rest : { ...rest, instanceId: idOf(instance, fleet) };
};

const idOf = (name: string, fleet: readonly FleetMember[]): string => {
  const member = fleet.find((candidate) => candidate.name === name);
  if (member === undefined) throw new Error(`no instance ${name}`); // checkReferences has seen to it
  return member.instance.machine.id;
};
