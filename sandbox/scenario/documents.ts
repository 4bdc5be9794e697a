import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { parse } from 'yaml';
import { renderDocument } from '../../ssm-documents/render';
import type { AccountDocument } from '../ports';
import { messageOf, type Read, readText } from './files';
import { isObject } from './policies';

const EXTENSIONS = ['.yaml', '.yml', '.json'];

/** DLM's role may send only documents with this tag, and so may Stillpoint's worker. */
const TAGS = { DLMScriptsAccess: 'true' };

/** An SSM document from its file, unchanged; its name is the file's without the extension. */
export const readDocument = (file: string): Read<AccountDocument> => {
  const text = readText(file);
  if (!text.ok) return text;
  const wrong = findWrong(text.value);
  if (wrong !== undefined) return { ok: false, message: wrong };
  return { ok: true, value: { name: basename(file, extname(file)), content: text.value, tags: TAGS } };
};

const findWrong = (content: string): string | undefined => {
  try {
    const document: unknown = parse(content);
    if (!isObject(document)) return 'is not an SSM document: found no mapping at the top';
    const version = document['schemaVersion'];
    return version === '2.2' ? undefined : `schemaVersion: found ${JSON.stringify(version) ?? 'nothing'}, allowed: "2.2"`;
  } catch (error) {
    return `is neither YAML nor JSON: ${messageOf(error)}`;
  }
};

/** Hooks for Stillpoint's own runtime, rendered as its own documents are; the document's name is the folder's. */
const renderHooks = (folder: string): Read<AccountDocument> => {
  try {
    return { ok: true, value: { name: basename(folder), content: renderDocument(folder), tags: TAGS } };
  } catch (error) {
    return { ok: false, message: `cannot be rendered: ${messageOf(error)}` };
  }
};

const readEntry = (path: string): Read<AccountDocument> | undefined => {
  if (EXTENSIONS.includes(extname(path))) return readDocument(path);
  return existsSync(join(path, 'hooks.sh')) ? renderHooks(path) : undefined;
};

/** Every SSM document of a folder, in the order of their names. Other files are passed over. */
export const readDocuments = (folder: string): Read<readonly AccountDocument[]> => {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return { ok: false, message: `${folder} is not a folder` };
  const documents: AccountDocument[] = [];
  for (const entry of readdirSync(folder).sort()) {
    const read = readEntry(join(folder, entry));
    if (read?.ok === false) return { ok: false, message: `${join(folder, entry)}: ${read.message}` };
    if (read !== undefined) documents.push(read.value);
  }
  return { ok: true, value: documents };
};
