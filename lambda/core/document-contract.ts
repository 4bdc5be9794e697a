import * as z from 'zod/mini';
import type { DocumentTraits } from './execution/facts';
import { OUTCOMES } from './execution/journal';
import { isHana } from './policy/execution-handler';

const parameterSchema = z.object({
  type: z.string(),
  default: z.optional(z.unknown()),
  allowedValues: z.optional(z.array(z.unknown())),
  allowedPattern: z.optional(z.string()),
});

const contentSchema = z.object({
  schemaVersion: z.string(),
  parameters: z.optional(z.record(z.string(), parameterSchema)),
  mainSteps: z.array(z.object({ name: z.string(), action: z.string() })),
});

/** What the worker needs to know of a document that follows the contract. */
export interface ContractDocument extends DocumentTraits {
  /** Names of the steps, in order. */
  readonly steps: readonly string[];
  /** The guardian's deadline where the document declares it (`autoThawSeconds`). */
  readonly autoThawSeconds: number | undefined;
  /** It lists `dry-run` among what `command` may be. One that takes anything might take it for a script. */
  readonly dryRun: boolean;
}

export type ContractCheck =
  | { readonly ok: true; readonly document: ContractDocument }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Words in a document's text that record a backup: InterSystems' history, SAP HANA's catalogue. */
const RECORDS_BACKUP = /ExternalSetHistory|CLOSE\s+SNAPSHOT/i;

/**
 * Parameters of ours beyond the contract, with values that they are given. A parameter that does not take these only has the name: given
 * it all the same, SSM would refuse the post-script of what is frozen.
 */
const OURS: Readonly<Record<string, readonly string[]>> = { outcome: OUTCOMES, deadline: ['1795229999'] };

const SAMPLE_UUID = '0f1e2d3c-4b5a-4697-8877-665544332211';

/**
 * Check a document's content (as parsed from JSON or YAML) against DLM's contract for pre and post scripts: schemaVersion
 * 2.2, a String parameter `executionId` that takes a UUID, a String parameter `command` that allows the stages' scripts.
 * All problems are told at once, each with the field, what was found and what is allowed. Of AWS's document for SAP HANA, which is known
 * by its name (`handler`), no more is published than this contract: it is sent nothing else, whatever it declares, and it records backups.
 */
export const checkContract = (content: unknown, stages: readonly ('pre' | 'post')[], handler = ''): ContractCheck => {
  const parsed = contentSchema.safeParse(content);
  if (!parsed.success) {
    return { ok: false, problems: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'document'}: ${issue.message}`) };
  }
  const { schemaVersion, parameters = {}, mainSteps } = parsed.data;
  const problems = [
    ...(schemaVersion === '2.2' ? [] : [`schemaVersion: found ${schemaVersion}, allowed 2.2`]),
    ...executionIdProblems(parameters['executionId']),
    ...commandProblems(parameters['command'], stages),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const hana = isHana(handler);
  const ours = hana ? [] : Object.entries(OURS).filter(([name, values]) => takes(parameters[name], values));
  const declared = new Set(ours.map(([name]) => name));
  const document = {
    steps: mainSteps.map((step) => step.name),
    parameters: declared,
    // A document that is told the outcome records nothing on `failed`, which a recovery thaw tells it.
    recordsBackupInPost: hana || (RECORDS_BACKUP.test(JSON.stringify(content)) && !declared.has('outcome')),
    autoThawSeconds: secondsOf(parameters['autoThawSeconds']?.default),
    dryRun: parameters['command']?.allowedValues?.includes('dry-run') ?? false,
  };
  return { ok: true, document };
};

type Parameter = z.infer<typeof parameterSchema>;

const executionIdProblems = (parameter: Parameter | undefined): string[] => {
  if (parameter === undefined) return ['parameters.executionId: missing'];
  const problems = stringProblems('executionId', parameter);
  const { allowedPattern } = parameter;
  // A dialect of the service's that JavaScript has not: let SendCommand judge, which holds nothing yet.
  if (allowedPattern !== undefined && !matches(allowedPattern, SAMPLE_UUID, true)) {
    problems.push(`parameters.executionId.allowedPattern: found ${allowedPattern}, must allow a UUID such as ${SAMPLE_UUID}`);
  }
  return problems;
};

const commandProblems = (parameter: Parameter | undefined, stages: readonly ('pre' | 'post')[]): string[] => {
  if (parameter === undefined) return ['parameters.command: missing'];
  const problems = stringProblems('command', parameter);
  const { allowedValues } = parameter;
  const missing = stages.map((stage) => `${stage}-script`).filter((value) => allowedValues !== undefined && !allowedValues.includes(value));
  if (missing.length > 0) {
    problems.push(`parameters.command.allowedValues: found ${JSON.stringify(allowedValues)}, must hold ${missing.join(' and ')}`);
  }
  return problems;
};

const takes = (parameter: Parameter | undefined, values: readonly string[]): boolean =>
  parameter?.type === 'String' &&
  values.every((value) => parameter.allowedValues?.includes(value) ?? true) &&
  values.every((value) => matches(`^(?:${parameter.allowedPattern ?? '.*'})$`, value, false));

const stringProblems = (name: string, { type }: Parameter): string[] =>
  type === 'String' ? [] : [`parameters.${name}.type: found ${type}, allowed String`];

const matches = (pattern: string, text: string, otherwise: boolean): boolean => {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return otherwise;
  }
};

const secondsOf = (value: unknown): number | undefined => {
  const seconds = Number(value);
  return value === undefined || !Number.isFinite(seconds) ? undefined : seconds;
};
