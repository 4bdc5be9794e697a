import * as z from 'zod/mini';
import type { RunResult } from '../../instance/ports';
import type { AccountDocument, Fault } from '../../ports';
import type { StackOutcome } from '../cloudformation/cloudformation';
import { SNAPSHOT_ACTIONS, type SnapshotAction } from '../ec2/keep-snapshot';
import type { ControlRoute } from '../endpoint/server';
import type { InstanceAction } from '../fleet';
import type { DocumentName } from '../ssm/document-store';
import { faultSchema } from './fault-schema';

/** What the control routes drive. */
export interface Controls {
  fire(policyId: string, schedule: string, late?: boolean): Promise<void>;
  /** Fire a rule that is no policy's, now or at a later time. */
  fireRule(name: string, at?: Date): void;
  /** Give back the messages with this text whose receiver has died. Returns how many. */
  expire(text: string): number;
  /** End the copies of snapshots that are under way now. Returns how many. */
  endCopies(): number;
  idle(): Promise<void>;
  /** Carry the stack over to the template of another cloud assembly. */
  deploy(assembly: string): Promise<StackOutcome>;
  /** Delete the stack. */
  destroy(): Promise<StackOutcome>;
  /** What a custom resource's function answers. */
  answer(requestId: string, body: string): void;
  addFault(fault: Fault): void;
  state(): Promise<unknown>;
  run(instanceId: string, script: string): Promise<RunResult>;
  verify(instanceId: string, snapshotIds: readonly string[]): Promise<RunResult>;
  putDocument(document: AccountDocument): void;
  deleteDocument(document: DocumentName): void;
  act(instanceId: string, action: InstanceAction): Promise<void>;
  /** What somebody else does to a snapshot. */
  keepSnapshot(snapshotId: string, action: SnapshotAction): void;
  /** Whether a retention rule of the Recycle Bin covers every snapshot. */
  recycleBin(retains: boolean): void;
}

const fireSchema = z.object({ policyId: z.string(), schedule: z.string(), late: z.optional(z.boolean()) });
const ruleSchema = z.object({ name: z.string(), at: z.optional(z.iso.datetime()) });
const expireSchema = z.object({ instanceId: z.optional(z.string()) });
const deploySchema = z.object({ assembly: z.string() });
const runSchema = z.object({ instanceId: z.string(), script: z.string() });
const verifySchema = z.object({ instanceId: z.string(), snapshotIds: z.array(z.string()) });
const documentNameSchema = z.object({ name: z.string(), owner: z.optional(z.string()) });
const documentSchema = z.extend(documentNameSchema, { content: z.string(), tags: z.optional(z.record(z.string(), z.string())) });
const actionSchema = z.enum(['start', 'stop', 'reboot', 'connect', 'disconnect']);

const snapshotActionSchema = z.enum(SNAPSHOT_ACTIONS);
const binSchema = z.object({ retains: z.boolean() });

type Route = (body: string) => unknown;

const route =
  <T>(schema: { parse(input: unknown): T }, act: (input: T) => unknown): Route =>
  (body) =>
    act(schema.parse(JSON.parse(body)));

const routes = (controls: Controls): Readonly<Record<string, Route>> => ({
  'GET /_sandbox/state': () => controls.state(),
  'GET /_sandbox/idle': () => controls.idle(),
  'POST /_sandbox/fire': route(fireSchema, ({ policyId, schedule, late }) => controls.fire(policyId, schedule, late)),
  'POST /_sandbox/rule': route(ruleSchema, ({ name, at }) => controls.fireRule(name, at === undefined ? undefined : new Date(at))),
  'POST /_sandbox/expire': route(expireSchema, ({ instanceId }) => ({ expired: controls.expire(instanceId ?? '') })),
  'POST /_sandbox/copies': () => ({ ended: controls.endCopies() }),
  'POST /_sandbox/deploy': route(deploySchema, ({ assembly }) => controls.deploy(assembly)),
  'POST /_sandbox/destroy': () => controls.destroy(),
  'POST /_sandbox/faults': route(faultSchema, (fault) => controls.addFault(fault)),
  'POST /_sandbox/run': route(runSchema, ({ instanceId, script }) => controls.run(instanceId, script)),
  'POST /_sandbox/verify': route(verifySchema, ({ instanceId, snapshotIds }) => controls.verify(instanceId, snapshotIds)),
  'POST /_sandbox/recycle-bin': route(binSchema, ({ retains }) => controls.recycleBin(retains)),
  'POST /_sandbox/documents': route(documentSchema, controls.putDocument),
  'DELETE /_sandbox/documents': route(documentNameSchema, controls.deleteDocument),
});

const INSTANCE = /^POST \/_sandbox\/instances\/(i-[0-9a-f]+)\/(\w+)$/;
const SNAPSHOT = /^POST \/_sandbox\/snapshots\/(snap-[0-9a-f]+)\/([a-z-]+)$/;
const ANSWER = /^PUT \/_sandbox\/cloudformation\/([0-9a-f-]+)$/;

/** A route with an id in its path. */
const routeWithId = (controls: Controls, request: string): Route | undefined => {
  const [, instanceId, action] = INSTANCE.exec(request) ?? [];
  if (instanceId !== undefined) return () => controls.act(instanceId, actionSchema.parse(action));
  const [, snapshotId, kept] = SNAPSHOT.exec(request) ?? [];
  if (snapshotId !== undefined) return () => controls.keepSnapshot(snapshotId, snapshotActionSchema.parse(kept));
  const [, requestId] = ANSWER.exec(request) ?? [];
  return requestId === undefined ? undefined : (body) => controls.answer(requestId, body);
};

/** Drive the sandbox over HTTP, on the endpoint's own port: 200 with the answer, 404 for no such route, 400 with the reason. */
export const controlRoutes = (controls: Controls): ControlRoute => {
  const known = routes(controls);
  return async (method, path, body) => {
    const found = known[`${method} ${path}`] ?? routeWithId(controls, `${method} ${path}`);
    if (found === undefined) return { status: 404, body: { error: `no route ${method} ${path}` } };
    try {
      return { status: 200, body: (await found(body)) ?? {} };
    } catch (error) {
      return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
    }
  };
};
