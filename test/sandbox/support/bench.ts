import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Timing } from '../../../sandbox/aws/timing';
import type { FleetInstance, Sandbox, SandboxOptions } from '../../../sandbox/ports';
import { createSandbox } from '../../../sandbox/sandbox';
import { writeAssembly } from './assembly';
import { createFakeMachines, type FakeMachines } from './fake-machines';
import { createManualClock, type ManualClock } from './manual-clock';

type AssemblyParts = Parameters<typeof writeAssembly>;

export interface BenchOptions {
  /** A cloud assembly instead of one that is made of `resources` and `code`. */
  readonly assembly?: string;
  readonly resources?: AssemblyParts[1];
  readonly code?: AssemblyParts[2];
  readonly fleet?: readonly FleetInstance[];
  readonly documents?: SandboxOptions['documents'];
  readonly faults?: SandboxOptions['faults'];
  readonly timing?: Partial<Timing>;
  /** Real time instead of the manual clock, for what runs in processes. */
  readonly realTime?: boolean;
}

/** A started sandbox on fake machines with SDK clients. */
export interface Bench {
  readonly sandbox: Sandbox;
  readonly machines: FakeMachines;
  readonly clock: ManualClock;
  readonly folder: string;
  readonly ec2: EC2Client;
  readonly ssm: SSMClient;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
  /** The parsed lines of an output file. */
  lines(name: 'events' | 'requests' | 'functions' | 'rights'): readonly Record<string, unknown>[];
  post(path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  end(): Promise<void>;
}

export const REGION = 'eu-west-1';
export const ACCOUNT = '111122223333';

export const openBench = async (given: BenchOptions = {}): Promise<Bench> => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
  const machines = createFakeMachines();
  const clock = createManualClock();
  const sandbox = createSandbox(
    {
      assembly: given.assembly ?? writeAssembly(join(folder, 'assembly'), given.resources ?? {}, given.code),
      region: REGION,
      accountId: ACCOUNT,
      fleet: given.fleet ?? [],
      documents: given.documents ?? [],
      faults: given.faults ?? [],
      outputFolder: join(folder, 'output'),
      port: 0,
    },
    { createMachines: async () => machines, ...(given.timing && { timing: given.timing }), ...(!given.realTime && { clock }) },
  );
  const end = async (): Promise<void> => {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await sandbox.start();
  } catch (error) {
    await end();
    throw error;
  }
  const common = {
    endpoint: sandbox.endpoint,
    region: REGION,
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    maxAttempts: 1,
  };
  const clients = {
    ec2: new EC2Client(common),
    ssm: new SSMClient(common),
    sqs: new SQSClient(common),
    events: new EventBridgeClient(common),
  };
  return {
    ...clients,
    sandbox,
    machines,
    clock,
    folder,
    lines: (name) => readLines(join(folder, 'output', `${name}.jsonl`)),
    post: async (path, body = {}) => {
      const response = await fetch(`${sandbox.endpoint}/_sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) });
      return { status: response.status, body: await response.json() };
    },
    end: async () => {
      for (const client of Object.values(clients)) client.destroy();
      await end();
    },
  };
};

const readLines = (path: string): Record<string, unknown>[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Record<string, unknown> => JSON.parse(line));
