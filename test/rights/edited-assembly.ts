import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
const resourceOf = (resources: Resources, type: string, part: string) => {
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

export const withoutResource =
  (type: string, part: string) =>
  (resources: Resources): void => {
    delete resources[resourceOf(resources, type, part)[0]];
  };

/** Takes an action out of all statements of a role. */
export const withoutAction =
  (part: string, action: string) =>
  (resources: Resources): void => {
    const [id, role] = resourceOf(resources, 'AWS::IAM::Role', part);
    const text = JSON.stringify(role.Properties);
    const edited = text.replaceAll(`"${action}"`, `"${action.split(':')[0]}:Nothing"`);
    if (edited === text) throw new Error(`${id} has no ${action}`);
    role.Properties = JSON.parse(edited);
  };
