import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { templateSchema } from '../../sandbox/aws/template/template-schema';

type Resources = ReturnType<typeof templateSchema.parse>['Resources'];

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A copy of a cloud assembly with a template that was changed. */
export const editedAssembly = (assembly: string, edit: (resources: Resources) => void): string => {
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-rights-'));
  folders.push(folder);
  cpSync(assembly, folder, { recursive: true });
  const file = readdirSync(folder).find((name) => name.endsWith('.template.json')) ?? '';
  const template = templateSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  edit(template.Resources);
  writeFileSync(join(folder, file), JSON.stringify(template));
  return folder;
};

/** The one resource of a type whose logical id has this part. */
export const resourceOf = (resources: Resources, type: string, part: string) => {
  const found = Object.entries(resources).find(([id, { Type }]) => Type === type && id.includes(part));
  if (found === undefined) throw new Error(`no ${type} ${part}`);
  return found;
};

export const withTimeout =
  (part: string, seconds: number) =>
  (resources: Resources): void => {
    const [, { Properties = {} }] = resourceOf(resources, 'AWS::Lambda::Function', part);
    Properties['Timeout'] = seconds;
  };

const variablesSchema = z.object({ Variables: z.record(z.string(), z.unknown()) });

export const withVariable =
  (part: string, name: string, value: string) =>
  (resources: Resources): void => {
    const [, { Properties = {} }] = resourceOf(resources, 'AWS::Lambda::Function', part);
    const { Variables } = variablesSchema.parse(Properties['Environment']);
    Properties['Environment'] = { Variables: { ...Variables, [name]: value } };
  };

export const withoutResource =
  (type: string, part: string) =>
  (resources: Resources): void => {
    delete resources[resourceOf(resources, type, part)[0]];
  };

/** Takes an action out of all statements of the roles and policies whose logical ids have this part. */
export const withoutAction =
  (part: string, action: string) =>
  (resources: Resources): void => {
    const found = Object.entries(resources).filter(([id, { Type }]) => Type.startsWith('AWS::IAM::') && id.includes(part));
    const before = JSON.stringify(found);
    for (const [, one] of found)
      one.Properties = JSON.parse(JSON.stringify(one.Properties).replaceAll(`"${action}"`, `"${action.split(':')[0]}:Nothing"`));
    if (JSON.stringify(found) === before) throw new Error(`${part} has no ${action}`);
  };
