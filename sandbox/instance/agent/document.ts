import * as z from 'zod/mini';

const parameterSchema = z.looseObject({
  type: z.string(),
  default: z.optional(z.unknown()),
  allowedPattern: z.optional(z.string()),
});

const stepSchema = z.looseObject({
  action: z.string(),
  name: z.string(),
  precondition: z.optional(z.record(z.string(), z.array(z.string()))),
  onFailure: z.optional(z.string()),
  inputs: z.optional(z.record(z.string(), z.unknown())),
});

/** What the agent reads of a document of schemaVersion 2.2. */
export const documentSchema = z.looseObject({
  schemaVersion: z.literal('2.2'),
  parameters: z.optional(z.record(z.string(), parameterSchema)),
  mainSteps: z.array(stepSchema),
});

export type CommandDocument = z.infer<typeof documentSchema>;
export type DocumentStep = z.infer<typeof stepSchema>;

/** Parameter values by name: strings, or lists and other JSON values. */
export type ParameterValues = ReadonlyMap<string, unknown>;

// The agent's own check of names: others are ignored, so a supplied value with an underscore in its name is lost.
const VALID_NAME = /^[a-zA-Z0-9]+$/;

const MULTIPLE = new Set(['StringList', 'MapList', 'StringMap']);

/** Supplied values over the document's defaults. */
export const parameterValues = (document: CommandDocument, supplied: Readonly<Record<string, readonly string[]>>): ParameterValues => {
  const values = new Map<string, unknown>();
  for (const [name, declared] of Object.entries(document.parameters ?? {})) {
    if (!VALID_NAME.test(name)) continue;
    const given = supplied[name];
    const value = given === undefined ? declared.default : MULTIPLE.has(declared.type) ? given : given[0];
    if (value !== undefined) values.set(name, value);
  }
  return values;
};

/** The first parameter whose value its pattern refuses. Unanchored, as the agent checks: documents anchor their patterns. */
export const refusedParameter = (document: CommandDocument, values: ParameterValues): string | undefined => {
  for (const [name, { allowedPattern }] of Object.entries(document.parameters ?? {})) {
    const value = values.get(name);
    if (allowedPattern === undefined || value === undefined) continue;
    const texts = Array.isArray(value) ? value.map(String) : [String(value)];
    if (!texts.every((text) => new RegExp(allowedPattern).test(text))) return name;
  }
  return undefined;
};
