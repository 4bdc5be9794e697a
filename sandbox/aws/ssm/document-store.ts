import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { AccountDocument } from '../../ports';
import type { Account } from '../account';
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
  readonly arn: string;
  readonly name: string;
  /** An account's id, or "" for AWS. */
  readonly owner: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly versions: readonly DocumentVersion[];
}

/** What names a document, beside its text. */
export type DocumentName = Pick<AccountDocument, 'name' | 'owner'>;

/** The documents that the account can use. A new text of a known name is its next version, and at once the default. */
export interface DocumentStore {
  readonly all: readonly StoredDocument[];
  put(document: AccountDocument, now: Date): void;
  delete(document: DocumentName): void;
  /** The ARN that a name means: of AWS's own, or of this account. An ARN stays as it is. */
  arnOf(nameOrArn: string): string;
  /** Code InvalidDocument when there is none. A name is of this account or of AWS; another account's document has its ARN, of the region, alone. */
  find(nameOrArn: string): StoredDocument;
  /** `$DEFAULT`, `$LATEST` or a number. Code InvalidDocumentVersion when there is none. */
  version(document: StoredDocument, version: string | undefined): DocumentVersion;
}

/** Beginnings of names that SSM keeps to AWS's own documents. */
const OF_AWS = /^(aws|amazon|amzn)/i;

export const createDocumentStore = ({ accountId, region }: Account): DocumentStore => {
  const documents = new Map<string, StoredDocument>();
  const ownerOf = ({ name, owner }: DocumentName): string => owner ?? (OF_AWS.test(name) ? '' : accountId);
  const arnFor = (document: DocumentName): string => `arn:aws:ssm:${region}:${ownerOf(document)}:document/${document.name}`;
  const arnOf = (nameOrArn: string): string => (nameOrArn.startsWith('arn:') ? nameOrArn : arnFor({ name: nameOrArn }));
  return {
    get all() {
      return [...documents.values()];
    },
    put: (document, now) => {
      const arn = arnFor(document);
      const earlier = documents.get(arn);
      const versions = [...(earlier?.versions ?? []), readVersion(document, String((earlier?.versions.length ?? 0) + 1), now)];
      const tags = document.tags ?? earlier?.tags ?? {};
      documents.set(arn, { arn, name: document.name, owner: ownerOf(document), tags, versions });
    },
    delete: (document) => void documents.delete(arnFor(document)),
    arnOf,
    find: (nameOrArn) => {
      const found = documents.get(arnOf(nameOrArn));
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
