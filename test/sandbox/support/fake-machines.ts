import type { Machines } from '../../../sandbox/aws/machines';
import type { Agent, AgentCommand, InstanceSpec, InvocationUpdate, Machine } from '../../../sandbox/instance/ports';

export interface SentCommand {
  readonly instanceId: string;
  readonly command: AgentCommand;
  readonly update: (update: InvocationUpdate) => void;
  cancelled: boolean;
}

/** Machines without anything in them: a test says what the agent reports and sees what the store is asked. */
export interface FakeMachines extends Machines {
  readonly sent: SentCommand[];
  readonly copied: ReadonlyMap<string, string>[];
  readonly running: Set<string>;
  /** Called on every command; by default it stays where it is. */
  onSend: (sent: SentCommand) => void;
  closed: boolean;
}

export const update = (status: InvocationUpdate['status'], step: Partial<InvocationUpdate['steps'][number]> = {}): InvocationUpdate => ({
  status,
  statusDetails: status,
  steps: [{ name: 'run', plugin: 'aws:runShellScript', status, statusDetails: status, responseCode: 0, stdout: '', stderr: '', ...step }],
});

export const createFakeMachines = (): FakeMachines => {
  const fake: FakeMachines = {
    mode: 'directory',
    sent: [],
    copied: [],
    running: new Set(),
    onSend: () => undefined,
    closed: false,
    store: {
      mode: 'directory',
      snapshot: async (ids) => void fake.copied.push(ids),
      copySnapshot: async (snapshotId, copyId) => void fake.copied.push(new Map([[snapshotId, copyId]])),
      deleteSnapshot: async () => undefined,
      verify: async (restored, script) => ({
        code: 0,
        stdout: `${script} ${restored.map(({ volume }) => volume.mount).join()}`,
        stderr: '',
      }),
    },
    machine: (spec) => fakeMachine(fake, spec),
    close: async () => {
      fake.closed = true;
    },
  };
  return fake;
};

const fakeMachine = (fake: FakeMachines, spec: InstanceSpec): Machine => ({
  spec,
  mode: 'directory',
  start: async () => void fake.running.add(spec.id),
  stop: async () => void fake.running.delete(spec.id),
  run: async (script) => ({ code: 0, stdout: `${spec.id}: ${script}`, stderr: '' }),
  frozen: async () => [],
  agent: fakeAgent(fake, spec.id),
});

const fakeAgent = (fake: FakeMachines, instanceId: string): Agent => ({
  send: (command, onUpdate) => {
    const sent: SentCommand = { instanceId, command, update: onUpdate, cancelled: false };
    fake.sent.push(sent);
    fake.onSend(sent);
  },
  cancel: (commandId) => {
    for (const sent of fake.sent) if (sent.command.commandId === commandId) sent.cancelled = true;
  },
});
