import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { AccountDocument } from '../../ports';
import { AwsError } from '../aws-error';
import { type DocumentContent, parseDocument } from './document-schema';

export interface DocumentVersion {
  readonly version: string;
  readonly text: string;
  readonly format: 'JSON' | 'YAML';
  readonly hash: string;
  readonly createdAt: Date;
  readonly value: unknown;
  readonly content: DocumentContent;
}

export interface StoredDocument {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly versions: readonly DocumentVersion[];
}

/** The account's documents. A new text of a known name is its next version, and at once the default. */
export interface DocumentStore {
  readonly all: readonly StoredDocument[];
  put(document: AccountDocument, now: Date): void;
  delete(name: string): void;
  /** Code InvalidDocument when there is none. Names and ARNs are taken. */
  find(nameOrArn: string): StoredDocument;
  /** `$DEFAULT`, `$LATEST` or a number. Code InvalidDocumentVersion when there is none. */
  version(document: StoredDocument, version: string | undefined): DocumentVersion;
}

export const createDocumentStore = (): DocumentStore => {
  const documents = new Map<string, StoredDocument>();
  return {
    get all() {
      return [...documents.values()];
    },
    put: (document, now) => {
      const earlier = documents.get(document.name);
      const versions = [...(earlier?.versions ?? []), readVersion(document, String((earlier?.versions.length ?? 0) + 1), now)];
      documents.set(document.name, { name: document.name, tags: document.tags ?? earlier?.tags ?? {}, versions });
    },
    delete: (name) => void documents.delete(name),
    find: (nameOrArn) => {
      const found = documents.get(nameOrArn) ?? documents.get(nameOrArn.replace(/^arn:[^:]+:ssm:[^:]*:[^:]*:document\//, ''));
      if (found === undefined) throw new AwsError('InvalidDocument', `Document with name ${nameOrArn} does not exist.`);
      return found;
    },
    version: ({ name, versions }, version = '$DEFAULT') => {
      const latest = version === '$DEFAULT' || version === '$LATEST' || version === '';
      const found = latest ? versions.at(-1) : versions.find((candidate) => candidate.version === version);
      if (found === undefined) throw new AwsError('InvalidDocumentVersion', `Document version ${version} of ${name} does not exist.`);
      return found;
    },
  };
};

const readVersion = ({ name, content: text }: AccountDocument, version: string, now: Date): DocumentVersion => {
  try {
    const hash = createHash('sha256').update(text).digest('hex');
    const format = text.trimStart().startsWith('{') ? 'JSON' : 'YAML';
    return { version, text, format, hash, createdAt: now, ...parseDocument(text) };
  } catch (error) {
    throw new Error(`document ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/** The text in the asked format; in its own format unchanged. */
export const textIn = (version: DocumentVersion, format: string | undefined): string => {
  if (format === undefined || format === version.format) return version.text;
  return format === 'YAML' ? stringify(version.value) : JSON.stringify(version.value, undefined, 2);
};
