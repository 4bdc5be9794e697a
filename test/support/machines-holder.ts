/**
 * The child of machines.ts: holds machines in a private mount namespace and answers one JSON line for each request line
 * {id, call, args}: {id, value} or {id, error}. Agent updates come as {command, update}. It ends when stdin does.
 */
import { createInterface } from 'node:readline';
import { type AgentCommand, createMachines, type InstanceSpec, type Machine, type Mode, type VolumeSpec } from '../../sandbox/instance';

const [folder = '', mode] = process.argv.slice(2);
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

const serve = async (): Promise<void> => {
  const machines = await createMachines({ folder, ...(mode && { mode: mode as Mode }) });
  const made = new Map<string, Machine>();
  const of = (id: string): Machine => {
    const machine = made.get(id);
    if (machine === undefined) throw new Error(`no machine ${id}`);
    return machine;
  };
  const calls = {
    mode: async () => machines.mode,
    machine: async (spec: InstanceSpec) => void made.set(spec.id, machines.machine(spec)),
    start: (id: string) => of(id).start(),
    stop: (id: string) => of(id).stop(),
    run: (id: string, script: string) => of(id).run(script),
    frozen: (id: string) => of(id).frozen(),
    send: async (id: string, command: AgentCommand) => of(id).agent.send(command, (update) => say({ command: command.commandId, update })),
    cancel: async (id: string, commandId: string) => of(id).agent.cancel(commandId),
    snapshot: (ids: Record<string, string>) => machines.store.snapshot(new Map(Object.entries(ids))),
    copySnapshot: (id: string, copyId: string) => machines.store.copySnapshot(id, copyId),
    deleteSnapshot: (id: string) => machines.store.deleteSnapshot(id),
    verify: (restored: { volume: VolumeSpec; snapshotId: string }[], script: string) => machines.store.verify(restored, script),
    close: () => machines.close(),
  } as Record<string, (...args: never[]) => Promise<unknown>>;

  const answer = async (line: string): Promise<void> => {
    const { id, call, args } = JSON.parse(line) as { id: number; call: string; args: never[] };
    try {
      const value = await calls[call]?.(...args);
      say({ id, value });
    } catch (error) {
      say({ id, error: error instanceof Error ? error.message : String(error) });
    }
  };

  say({ ready: machines.mode });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void machines.close().finally(() => process.exit(0)));
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => void answer(line));
  lines.once('close', () => void machines.close().finally(() => process.exit(0)));
};

void serve().catch((error: unknown) => {
  say({ failed: error instanceof Error ? error.message : String(error) });
  process.exit(1);
});
