import type { AgentCommand, InvocationUpdate, StepResult } from '../ports';
import type { Inside } from '../processes';
import { type CommandDocument, type DocumentStep, documentSchema, parameterValues, refusedParameter } from './document';
import { endedStep, endsCommand, invocationUpdate, pendingStep, runningStep, unrunStep } from './invocation';
import { ScriptRun } from './script-run';
import { planStep, type StepPlan } from './step-plan';

export interface CommandRunOptions {
  readonly instanceId: string;
  readonly region: string;
  readonly command: AgentCommand;
  readonly onUpdate: (update: InvocationUpdate) => void;
}

/** One command on one worker: its steps in turn, each change reported. */
export class CommandRun {
  #steps: StepResult[] = [];
  #script: ScriptRun | undefined;
  #cancelled = false;
  #forgotten = false;

  constructor(
    private readonly inside: Inside,
    private readonly options: CommandRunOptions,
  ) {}

  cancel(): void {
    this.#cancelled = true;
    this.#script?.cancel();
  }

  /** The instance went off: nothing more is reported. */
  forget(): void {
    this.#forgotten = true;
  }

  async run(): Promise<void> {
    const parsed = documentSchema.safeParse(this.options.command.document);
    if (!parsed.success) return this.#refuse('the document is not one of schemaVersion 2.2');
    const values = parameterValues(parsed.data, this.options.command.parameters);
    const refused = refusedParameter(parsed.data, values);
    if (refused !== undefined) return this.#refuse(`parameter ${refused} does not match its allowedPattern`);
    await this.#runSteps(parsed.data, values);
  }

  async #runSteps(document: CommandDocument, values: Parameters<typeof planStep>[1]): Promise<void> {
    this.#steps = document.mainSteps.map(pendingStep);
    for (const [index, step] of document.mainSteps.entries()) {
      const result = await this.#runStep(index, step, planStep(step, values));
      if (this.#cancelled || endsCommand(step, result)) this.#steps = this.#steps.slice(0, index + 1);
      this.#set(index, result);
      if (this.#steps.length === index + 1) return;
    }
  }

  async #runStep(index: number, step: DocumentStep, plan: StepPlan): Promise<StepResult> {
    if (plan.kind === 'skip') return unrunStep(step, 'Success', plan.message);
    if (plan.kind === 'fail') return unrunStep(step, 'Failed', plan.message);
    const running = runningStep(step);
    this.#set(index, running);
    const { instanceId, region, command } = this.options;
    this.#script = new ScriptRun(this.inside, { ...plan, instanceId, region, commandId: command.commandId, step: step.name });
    try {
      return endedStep(running, await this.#script.run());
    } catch (error) {
      return { ...unrunStep(step, 'Failed', String(error)), startedAt: running.startedAt ?? new Date() };
    }
  }

  #set(index: number, result: StepResult): void {
    this.#steps = this.#steps.with(index, result);
    this.#report(invocationUpdate(this.#steps));
  }

  #refuse(why: string): void {
    const step = unrunStep({ name: 'document', action: '' }, 'Failed', why);
    this.#report({ status: 'Failed', statusDetails: 'Failed', steps: [step] });
  }

  #report(update: InvocationUpdate): void {
    if (!this.#forgotten) this.options.onUpdate(update);
  }
}
