import * as z from 'zod/mini';

const resourceSchema = z.object({
  Type: z.string(),
  DependsOn: z.optional(z.union([z.string(), z.array(z.string())])),
  Properties: z.optional(z.record(z.string(), z.unknown())),
  Metadata: z.optional(z.record(z.string(), z.unknown())),
});
export type TemplateResource = z.infer<typeof resourceSchema>;

/** A CloudFormation template, as far as the sandbox reads it. */
export const templateSchema = z.object({
  Resources: z.record(z.string(), resourceSchema),
  Parameters: z.optional(z.record(z.string(), z.object({ Default: z.optional(z.unknown()) }))),
});
export type Template = z.infer<typeof templateSchema>;

export const manifestSchema = z.object({
  artifacts: z.optional(
    z.record(z.string(), z.object({ type: z.string(), properties: z.optional(z.object({ templateFile: z.optional(z.string()) })) })),
  ),
});

export const assetsSchema = z.object({
  files: z.optional(z.record(z.string(), z.object({ source: z.object({ path: z.optional(z.string()) }) }))),
});
