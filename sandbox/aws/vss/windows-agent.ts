import type { Agent, AgentCommand, InvocationUpdate, StepResult } from '../../instance/ports';
import type { FleetInstance, VssFailure } from '../../ports';
import type { Faults } from '../faults';
import { INSTALL_STEP, SNAPSHOT_STEP, VSS_STAND_INS } from './documents';
import { takeSnapshots } from './take-snapshots';

export interface WindowsPorts {
  readonly endpoint: string;
  readonly region: string;
  readonly faults: Faults;
}

const PENDING = {
  plugin: 'aws:runPowerShellScript',
  status: 'Pending',
  statusDetails: 'Pending',
  responseCode: -1,
  stdout: '',
  stderr: '',
} as const;

const ended = (name: string, error: string, stdout = ''): StepResult => {
  const status = error === '' ? 'Success' : 'Failed';
  const now = new Date();
  return {
    ...PENDING,
    name,
    status,
    statusDetails: status,
    responseCode: error === '' ? 0 : 1,
    stdout,
    stderr: error,
    startedAt: now,
    endedAt: now,
  };
};

/** The agent of a Windows instance: it runs the stand-ins for AWS's VSS documents, and hands everything else to the machine's own. */
export class WindowsAgent implements Agent {
  readonly #running = new Map<string, (update: InvocationUpdate) => void>();

  constructor(
    private readonly instance: FleetInstance,
    private readonly others: Agent,
    private readonly ports: WindowsPorts,
  ) {}

  send(command: AgentCommand, onUpdate: (update: InvocationUpdate) => void): void {
    if (VSS_STAND_INS.some(({ name }) => name === command.documentName)) void this.#run(command, onUpdate);
    else this.others.send(command, onUpdate);
  }

  cancel(commandId: string): void {
    const tell = this.#running.get(commandId);
    if (tell === undefined) this.others.cancel(commandId);
    this.#running.delete(commandId);
    tell?.({ status: 'Cancelled', statusDetails: 'Cancelled', steps: [{ ...PENDING, name: SNAPSHOT_STEP, status: 'Cancelled' }] });
  }

  async #run(command: AgentCommand, onUpdate: (update: InvocationUpdate) => void): Promise<void> {
    this.#running.set(command.commandId, onUpdate);
    const failure = this.ports.faults.take('vss', { touched: new Set([this.instance.machine.id]) })?.failure;
    const before = command.documentName === VSS_STAND_INS[0]?.name ? [install(failure)] : [];
    const running: StepResult = {
      ...PENDING,
      name: SNAPSHOT_STEP,
      status: 'InProgress',
      statusDetails: 'InProgress',
      startedAt: new Date(),
    };
    onUpdate({ status: 'InProgress', statusDetails: 'InProgress', steps: [...before, running] });
    const steps = before.some(({ status }) => status === 'Failed') ? before : [...before, await this.#snapshot(command, failure)];
    const status = steps.some((step) => step.status === 'Failed') ? 'Failed' : 'Success';
    if (this.#running.delete(command.commandId)) onUpdate({ status, statusDetails: status, steps });
  }

  async #snapshot({ parameters }: AgentCommand, failure: VssFailure | undefined): Promise<StepResult> {
    const excludeBootVolume = parameters['ExcludeBootVolume']?.[0] === 'True';
    const tags = parameters['tags']?.[0] ?? '';
    try {
      return ended(SNAPSHOT_STEP, '', await takeSnapshots({ ...this.ports, instance: this.instance, excludeBootVolume, tags, failure }));
    } catch (error) {
      return ended(SNAPSHOT_STEP, error instanceof Error ? error.message : String(error));
    }
  }
}

const install = (failure: VssFailure | undefined): StepResult =>
  ended(INSTALL_STEP, failure === 'install' ? 'AwsVssComponents could not be installed' : '');
