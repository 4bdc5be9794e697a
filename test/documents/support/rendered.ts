import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { renderDocument } from '../../../ssm-documents/render';

const ROOT = join(import.meta.dirname, '..', '..', '..');

const documentSchema = z.object({
  schemaVersion: z.literal('2.2'),
  parameters: z.record(
    z.string(),
    z.object({
      type: z.literal('String'),
      default: z.string(),
      allowedPattern: z.optional(z.string()),
      allowedValues: z.optional(z.array(z.string())),
    }),
  ),
  mainSteps: z.array(
    z.object({
      action: z.string(),
      name: z.string(),
      precondition: z.record(z.string(), z.array(z.string())),
      inputs: z.object({ timeoutSeconds: z.string(), runCommand: z.array(z.string()) }),
    }),
  ),
});

/** A rendered document, read back as the service reads it. */
export type Document = z.infer<typeof documentSchema>;

export const readDocument = (text: string): Document => documentSchema.parse(parse(text));

/** Folders of documents that tests run; `scripted` is a document whose hooks a test writes. */
export const FOLDERS = {
  filesystem: join(ROOT, 'ssm-documents/filesystem'),
  template: join(ROOT, 'ssm-documents/template'),
  mysql: join(ROOT, 'ssm-documents/mysql'),
  postgresql: join(ROOT, 'ssm-documents/postgresql'),
  redis: join(ROOT, 'ssm-documents/redis'),
  iris: join(ROOT, 'ssm-documents/iris'),
  ledger: join(ROOT, 'sandbox/example/documents/ledger'),
  scripted: join(ROOT, 'test/documents/fixtures/scripted'),
};
export type DocumentName = keyof typeof FOLDERS;

const documents = new Map<DocumentName, Document>();

export const documentNamed = (name: DocumentName): Document => {
  const known = documents.get(name) ?? readDocument(renderDocument(FOLDERS[name]));
  documents.set(name, known);
  return known;
};

/** The script file that the agent makes of a document: lines joined, parameters put in as text, two dollar signs to one. */
export const scriptOf = (document: Document, parameters: Readonly<Record<string, string>>): string => {
  const text = document.mainSteps[0]?.inputs.runCommand.join('\n') ?? '';
  const filled = Object.entries(document.parameters).reduce(
    (script, [name, parameter]) => script.replaceAll(`{{ ${name} }}`, () => parameters[name] ?? parameter.default),
    text,
  );
  return filled.replaceAll('$$', () => '$');
};
