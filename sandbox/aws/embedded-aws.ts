import { join } from 'node:path';
import type { RunResult } from '../instance/ports';
import type { EventEnvelope, Fault, RequestRecord, SandboxOptions } from '../ports';
import { limitTimers, type MovableClock } from './clock';
import { CloudFormation, type StackOutcome } from './cloudformation/cloudformation';
import { type Controls, controlRoutes } from './control/routes';
import { createDeployment, type Deployment } from './deployment';
import { endCopies } from './ec2/copy-snapshot';
import { keepSnapshot } from './ec2/keep-snapshot';
import { createEc2State } from './ec2/state';
import type { DispatchPorts, Service } from './endpoint/dispatch';
import { type ControlRoute, type Endpoint, openEndpoint } from './endpoint/server';
import { fire, fireRule } from './events/fire';
import { createFaults } from './faults';
import { createFleet } from './fleet';
import { instanceProfiles } from './iam/instance-profiles';
import { refusalError } from './iam/refusal';
import { createJsonLines, type JsonLines } from './json-lines';
import { callerOf } from './lambda/credentials';
import type { Machines } from './machines';
import { isQuiet, untilQuiet } from './quiet';
import { createServices } from './services';
import { createDocumentStore } from './ssm/document-store';
import type { Ssm } from './ssm/ssm';
import { stateOf } from './state-view';
import type { Timing } from './timing';
import { verifySet } from './verify-set';
import { VSS_STAND_INS } from './vss/documents';

export interface EmbeddedAwsPorts {
  readonly options: SandboxOptions;
  readonly machines: Machines;
  readonly clock: MovableClock;
  readonly timing: Timing;
  readonly onEvent: (event: EventEnvelope) => void;
  readonly onRequest: (record: RequestRecord) => void;
}

/** The services with their endpoint open, over machines that someone else closes. */
export interface EmbeddedAws {
  readonly endpoint: string;
  boot(): Promise<void>;
  fire(policyId: string, schedule: string): Promise<void>;
  idle(): Promise<void>;
  deploy(assembly: string): Promise<StackOutcome>;
  destroy(): Promise<StackOutcome>;
  addFault(fault: Fault): void;
  verify(instanceId: string, snapshotIds: readonly string[]): Promise<RunResult>;
  frozen(): Promise<ReadonlyMap<string, readonly string[]>>;
  close(): Promise<void>;
}

/** What the endpoint serves. Functions and queues carry its URL, so it opens before these are there. */
interface Served {
  readonly services: Service[];
  authorize: DispatchPorts['authorize'];
  killFunction: (session: string) => void;
  control: ControlRoute;
}

interface Outputs {
  readonly events: JsonLines;
  readonly requests: JsonLines;
  readonly functions: JsonLines;
  readonly rights: JsonLines;
}

const openOutputs = (folder: string): Outputs => ({
  events: createJsonLines(join(folder, 'events.jsonl')),
  requests: createJsonLines(join(folder, 'requests.jsonl')),
  functions: createJsonLines(join(folder, 'functions.jsonl')),
  rights: createJsonLines(join(folder, 'rights.jsonl')),
});

export const createEmbeddedAws = async (given: EmbeddedAwsPorts): Promise<EmbeddedAws> => {
  const limited = limitTimers(given.clock);
  const ports = { ...given, clock: limited.clock };
  const outputs = openOutputs(ports.options.outputFolder);
  const faults = createFaults(ports.options.faults);
  const served: Served = {
    services: [],
    authorize: () => undefined,
    killFunction: () => undefined,
    control: async () => ({ status: 503, body: {} }),
  };
  const endpoint = await openEndpoint(ports.options.port, {
    ...{ services: served.services, clock: ports.clock, faults, callerOf },
    authorize: (call, checks) => served.authorize(call, checks),
    killFunction: (session) => served.killFunction(session),
    control: (...request) => served.control(...request),
    record: (record) => {
      outputs.requests.write(record);
      ports.onRequest(record);
    },
  });
  try {
    return assemble(ports, { endpoint, served, faults, outputs, endTimers: limited.end });
  } catch (error) {
    await endpoint.close();
    throw error;
  }
};

interface Parts {
  readonly endpoint: Endpoint;
  readonly served: Served;
  readonly faults: ReturnType<typeof createFaults>;
  readonly outputs: Outputs;
  readonly endTimers: () => void;
}

const assemble = (ports: EmbeddedAwsPorts, { endpoint, served, faults, outputs, endTimers }: Parts): EmbeddedAws => {
  const { options, machines, clock, timing } = ports;
  const account = { accountId: options.accountId, region: options.region };
  const state = createEc2State(options.fleet, clock.now());
  const fleet = createFleet(state.instances, ({ machine }) => machines.machine(machine), {
    endpoint: endpoint.url,
    region: account.region,
    faults,
  });
  const documents = createDocumentStore(account);
  const instanceTags = (id: string) => state.tags.get(id) ?? [];
  const ssm: Ssm = { account, clock, timing, faults, documents, nodes: fleet.nodes, instanceTags, commands: new Map() };
  const queueUrl = (name: string): string => `${endpoint.url}/${account.accountId}/${name}`;
  const host = { clock, region: account.region, endpoint: endpoint.url };
  const written = { log: outputs.functions.write, recordRight: outputs.rights.write };
  const profiles = instanceProfiles(account.accountId, options.fleet);
  const deployment = createDeployment({ account, clock, timing, host, documents, profiles, ...written });
  const responseUrl = (requestId: string): string => `${endpoint.url}/_sandbox/cloudformation/${requestId}`;
  const cloudFormation = new CloudFormation({ account, deployment, queueUrl, responseUrl });
  const created = cloudFormation.create(options.assembly);
  for (const document of [...VSS_STAND_INS, ...options.documents]) documents.put(document, clock.now());
  deployment.bus.onEvent((event) => {
    outputs.events.write(event);
    ports.onEvent(event);
  });
  const rules = () => ({ clock, bus: deployment.bus, rules: deployment.rules });
  const driven = {
    fire: async (policyId, schedule, late = false) => fire(rules(), policyId, schedule, late),
    idle: () => untilQuiet(clock, () => isQuiet(deployment, state)),
    addFault: faults.add,
    deploy: (assembly) => cloudFormation.update(assembly),
    destroy: () => cloudFormation.destroy(),
    verify: async (instanceId, snapshotIds) => verifySet(machines.store, state, instanceId, snapshotIds),
  } satisfies Partial<Controls>;
  served.services.push(...createServices({ ssm, state, store: machines.store, deployment, queueUrl }));
  served.authorize = ({ role, service, region }, checks) => {
    const refusal = deployment.authorizer.refusal(role, checks, region);
    if (refusal !== undefined) throw refusalError(service, refusal);
  };
  served.killFunction = deployment.functions.kill;
  served.control = controlRoutes({
    ...driven,
    answer: (requestId, body) => cloudFormation.receive(requestId, body),
    fireRule: (name, at) => fireRule(rules(), name, at),
    expire: (text) => deployment.eventSources.all.reduce((count, source) => count + source.expire(text), 0),
    endCopies: () => endCopies(state, clock.now()),
    run: (instanceId, script) => fleet.machine(instanceId).run(script),
    putDocument: (document) => documents.put(document, clock.now()),
    deleteDocument: documents.delete,
    act: fleet.act,
    keepSnapshot: (snapshotId, action) => keepSnapshot(state, snapshotId, action),
    recycleBin: (retains) => {
      state.recycleBin.retains = retains;
    },
    state: () => stateOf({ clock, mode: machines.mode, state, fleet, deployment, ssm }),
  });
  const boot = async (): Promise<void> => {
    await fleet.boot();
    const { status, reasons } = await created;
    if (status === 'FAILED') throw new Error(`the stack was not created: ${reasons.join('; ')}`);
  };
  return { ...driven, endpoint: endpoint.url, boot, frozen: fleet.frozen, close: () => close(deployment, endpoint, endTimers) };
};

/** Functions first: nothing begins any more, and no function meets a closed endpoint. */
const close = async (deployment: Deployment, endpoint: Endpoint, endTimers: () => void): Promise<void> => {
  deployment.eventSources.close();
  await deployment.functions.close();
  endTimers();
  await endpoint.close();
};
