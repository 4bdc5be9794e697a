/** Something wrong with a scenario, in the words of the person who wrote it. */
export interface Problem {
  /** Where, for example `instances[0].volumes[1].filesystem`; empty for the file as a whole. */
  readonly field: string;
  readonly message: string;
}

/** A scenario (or policy, or document) that can't be run. The command line prints it and exits 2. */
export class ScenarioError extends Error {
  constructor(file: string, problems: readonly Problem[]) {
    super(problems.map(({ field, message }) => (field === '' ? `${file}: ${message}` : `${file}: ${field}: ${message}`)).join('\n'));
    this.name = 'ScenarioError';
  }
}
