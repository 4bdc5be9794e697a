import { type AnyNode, type DocumentNode, parse, type ValueNode } from '@humanwhocodes/momoa';
import type { JsonPath } from '../lambda/core/policy/json-path';

/** A place in a text, from 1 on. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Text that is not JSON, and where it stops being so. */
export class JsonSyntaxError extends Error {
  constructor(
    message: string,
    readonly position: Position,
  ) {
    super(message);
  }
}

/** A JSON text with the places of its values. */
export interface JsonDocument {
  readonly value: unknown;
  /** Where the value at a path stands, or the nearest one around it that exists. */
  locate(path: JsonPath): Position;
  /** Keys that stand twice in one object, of which JSON silently takes the last. */
  readonly duplicates: readonly { readonly key: string; readonly position: Position }[];
}

const keyOf = (name: { readonly type: string; readonly value?: unknown; readonly name?: unknown }): string =>
  String(name.value ?? name.name);

const child = (node: ValueNode, step: string | number): { value: ValueNode; at: AnyNode } | undefined => {
  if (node.type === 'Array' && typeof step === 'number') {
    const element = node.elements[step];
    return element && { value: element.value, at: element };
  }
  const member = node.type === 'Object' ? node.members.findLast(({ name }) => keyOf(name) === step) : undefined;
  return member && { value: member.value, at: member };
};

const positionOf = (node: AnyNode): Position => ({ line: node.loc.start.line, column: node.loc.start.column });

const locate = (document: DocumentNode, path: JsonPath): Position => {
  let found: { value: ValueNode; at: AnyNode } = { value: document.body, at: document.body };
  for (const step of path) {
    const next = child(found.value, step);
    if (next === undefined) break;
    found = next;
  }
  return positionOf(found.at);
};

const childrenOf = (node: ValueNode): readonly ValueNode[] => {
  if (node.type === 'Array') return node.elements.map(({ value }) => value);
  return node.type === 'Object' ? node.members.map(({ value }) => value) : [];
};

const duplicatesIn = (node: ValueNode): JsonDocument['duplicates'] => {
  const members = node.type === 'Object' ? node.members.map((member) => ({ key: keyOf(member.name), position: positionOf(member) })) : [];
  const keys = members.map(({ key }) => key);
  const own = members.filter(({ key }, index) => keys.indexOf(key) < index);
  return [...own, ...childrenOf(node).flatMap(duplicatesIn)];
};

const TOKENS: Readonly<Record<string, string>> = { LBrace: '{', RBrace: '}', LBracket: '[', RBracket: ']', Comma: ',', Colon: ':' };

/** The reader's message without its place, and with tokens as they are typed. */
const plainMessage = (message: string): string =>
  message.replace(/ \(\d+:\d+\)$/, '').replace(/\b[LR]Brac(e|ket)\b|\bComma\b|\bColon\b/g, (token) => `'${TOKENS[token]}'`);

const tree = (text: string): DocumentNode => {
  try {
    return parse(text, { mode: 'json' });
  } catch (error) {
    const { line = 1, column = 1 } = Object(error);
    throw new JsonSyntaxError(plainMessage(error instanceof Error ? error.message : String(error)), { line, column });
  }
};

/** Read a JSON text. Throws a {@link JsonSyntaxError}. */
export const readJson = (text: string): JsonDocument => {
  const document = tree(text);
  return { value: JSON.parse(text), locate: (path) => locate(document, path), duplicates: duplicatesIn(document.body) };
};
