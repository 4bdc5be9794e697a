import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod/mini';
import { assetsSchema, manifestSchema, type Template, type TemplateResource, templateSchema } from './template-schema';

/** A synthesized app: one stack's template, and where its assets lie. */
export interface Assembly {
  readonly stackName: string;
  readonly template: Template;
  /** The folder of a function's code; `undefined` when it has none in the assembly. */
  assetFolder(resource: TemplateResource): string | undefined;
}

const readJson = <T>(path: string, schema: { parse(input: unknown): T }): T => {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return schema.parse(value);
};

/** Read cdk.out. The app has one stack. */
export const readAssembly = (folder: string): Assembly => {
  const manifest = readJson(join(folder, 'manifest.json'), manifestSchema);
  const stacks = Object.entries(manifest.artifacts ?? {}).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const [stack] = stacks;
  const templateFile = stack?.[1].properties?.templateFile;
  if (stack === undefined || templateFile === undefined || stacks.length > 1) {
    throw new Error(`${folder}: the sandbox takes an assembly with one stack, this one has ${stacks.length}`);
  }
  const assets = assetPaths(folder);
  return {
    stackName: stack[0],
    template: readJson(join(folder, templateFile), templateSchema),
    assetFolder: (resource) => {
      const path = assets.get(assetHash(resource) ?? '') ?? metadataPath(resource);
      return path === undefined ? undefined : join(folder, path);
    },
  };
};

const assetPaths = (folder: string): ReadonlyMap<string, string> => {
  const manifests = readdirSync(folder).filter((name) => name.endsWith('.assets.json'));
  const files = manifests.flatMap((name) => entries(readJson(join(folder, name), assetsSchema)));
  return new Map(files);
};

const entries = ({ files = {} }: z.infer<typeof assetsSchema>): readonly (readonly [string, string])[] =>
  Object.entries(files).flatMap(([hash, { source }]) => (source.path === undefined ? [] : [[hash, source.path] as const]));

/** `HASH.zip` in Code.S3Key. */
const assetHash = ({ Properties = {} }: TemplateResource): string | undefined => {
  const code = Properties.Code;
  if (typeof code !== 'object' || code === null || !('S3Key' in code) || typeof code.S3Key !== 'string') return undefined;
  return code.S3Key.replace(/\.zip$/, '');
};

const metadataPath = ({ Metadata = {} }: TemplateResource): string | undefined => {
  const path = Metadata['aws:asset:path'];
  return typeof path === 'string' ? path : undefined;
};
