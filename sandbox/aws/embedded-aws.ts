import { join } from 'node:path';
import type { RunResult } from '../instance/ports';
import type { EventEnvelope, Fault, RequestRecord, SandboxOptions } from '../ports';
import type { MovableClock } from './clock';
import { controlRoutes } from './control/routes';
import { deploy } from './deployment';
import { ec2Service } from './ec2';
import { createEc2State } from './ec2/state';
import type { Service } from './endpoint/dispatch';
import { openEndpoint } from './endpoint/server';
import { fire } from './events/fire';
import { eventsService } from './events/put-events';
import { createFaults } from './faults';
import { createFleet } from './fleet';
import { createJsonLines } from './json-lines';
import { roleOf } from './lambda/credentials';
import type { Machines } from './machines';
import { isQuiet, untilQuiet } from './quiet';
import { sqsService } from './sqs';
import { ssmService } from './ssm';
import { createDocumentStore } from './ssm/document-store';
import type { Ssm } from './ssm/ssm';
import { stateOf } from './state-view';
import type { Timing } from './timing';
import { verifySet } from './verify-set';

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
  fire(policyId: string, schedule: string, late?: boolean): Promise<void>;
  idle(): Promise<void>;
  addFault(fault: Fault): void;
  verify(instanceId: string, snapshotIds: readonly string[]): Promise<RunResult>;
  frozen(): Promise<ReadonlyMap<string, readonly string[]>>;
  close(): Promise<void>;
}

export const createEmbeddedAws = async (ports: EmbeddedAwsPorts): Promise<EmbeddedAws> => {
  const { options, machines, clock, timing } = ports;
  const account = { accountId: options.accountId, region: options.region };
  const output = (name: string) => createJsonLines(join(options.outputFolder, name));
  const [eventLines, requestLines, functionLines] = [output('events.jsonl'), output('requests.jsonl'), output('functions.jsonl')];
  const faults = createFaults(options.faults);
  const state = createEc2State(options.fleet, clock.now());
  const fleet = createFleet(state.instances, (member) => machines.machine(member.machine));

  // Functions and queues carry the endpoint's URL, so it opens before its services are there.
  const services: Service[] = [];
  const record = (one: RequestRecord): void => {
    requestLines.write(one);
    ports.onRequest(one);
  };
  const killFunction = (session: string): void => deployment.functions.kill(session);
  const endpoint = await openEndpoint(options.port, {
    services,
    clock,
    faults,
    killFunction,
    record,
    roleOf,
    control: (...request) => control(...request),
  });
  const queueUrl = (name: string): string => `${endpoint.url}/${account.accountId}/${name}`;
  const host = { clock, region: account.region, endpoint: endpoint.url, log: functionLines.write };
  const deployment = deploy({ assembly: options.assembly, account, clock, timing, host, queueUrl });
  const { bus, queues } = deployment;
  bus.onEvent((event) => {
    eventLines.write(event);
    ports.onEvent(event);
  });

  const documents = createDocumentStore();
  for (const document of [...deployment.documents, ...options.documents]) documents.put(document, clock.now());
  const emit = (detailType: string, resources: readonly string[], detail: unknown): void =>
    void bus.put({ source: 'aws.ec2', detailType, resources, detail });
  const ssm: Ssm = { account, clock, timing, faults, documents, nodes: fleet.nodes, commands: new Map() };
  services.push(
    ec2Service({ account, clock, timing, faults, state, store: machines.store, emit }),
    ssmService(ssm),
    sqsService({ queues, clock, urlOf: queueUrl }),
    eventsService(bus),
  );

  const aws: Omit<EmbeddedAws, 'boot' | 'close' | 'endpoint' | 'frozen'> = {
    fire: async (policyId, schedule, late) => fire({ clock, bus, rules: deployment.rules }, policyId, schedule, late),
    idle: () => untilQuiet(clock, () => isQuiet(deployment, state)),
    addFault: faults.add,
    verify: (instanceId, snapshotIds) => verifySet(machines.store, state, instanceId, snapshotIds),
  };
  const control = controlRoutes({
    ...aws,
    run: (instanceId, script) => fleet.machine(instanceId).run(script),
    putDocument: (name, content) => documents.put({ name, content }, clock.now()),
    act: fleet.act,
    expire: (text) => deployment.eventSources.reduce((count, source) => count + source.expire(text), 0),
    state: async () => stateOf({ clock, mode: machines.mode, state, fleet, deployment, ssm }),
  });

  return {
    ...aws,
    endpoint: endpoint.url,
    boot: fleet.boot,
    frozen: fleet.frozen,
    close: async () => {
      for (const source of deployment.eventSources) source.close();
      await deployment.functions.close();
      for (const queue of queues.all) queue.close();
      await endpoint.close();
    },
  };
};
