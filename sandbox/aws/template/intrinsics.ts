/** What the intrinsic functions look up. */
export interface References {
  ref(name: string): unknown;
  attribute(logicalId: string, name: string): unknown;
}

type Fn = (argument: unknown, references: References) => unknown;

const text = (value: unknown): string => (typeof value === 'string' ? value : String(value));
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const getAtt: Fn = (argument, references) => {
  const parts = typeof argument === 'string' ? argument.split('.') : list(argument).map(text);
  return references.attribute(parts[0] ?? '', parts.slice(1).join('.'));
};

const join: Fn = (argument, references) => {
  const [separator, parts] = list(argument);
  return list(resolve(parts, references)).map(text).join(text(separator));
};

const sub: Fn = (argument, references) => {
  const [template, variables] = list(argument);
  const given = resolve(variables ?? {}, references);
  return text(template).replace(/\$\{(!?)([^}]+)\}/g, (_all, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (typeof given === 'object' && given !== null && name in given) return text(Object.entries(given).find(([key]) => key === name)?.[1]);
    return text(name.includes('.') ? getAtt(name, references) : references.ref(name));
  });
};

const select: Fn = (argument, references) => {
  const [index, values] = list(argument);
  return list(resolve(values, references))[Number(index)];
};

const split: Fn = (argument, references) => {
  const [separator, value] = list(argument);
  return text(resolve(value, references)).split(text(separator));
};

const FUNCTIONS: Readonly<Record<string, Fn>> = {
  Ref: (name, references) => references.ref(text(name)),
  'Fn::GetAtt': getAtt,
  'Fn::Join': join,
  'Fn::Sub': sub,
  'Fn::Select': select,
  'Fn::Split': split,
};

/** A property's value with its intrinsic functions carried out. */
export const resolve = (value: unknown, references: References): unknown => {
  if (Array.isArray(value)) return value.map((item) => resolve(item, references));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const [name, argument] = only;
    const fn = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (fn !== undefined) return fn(argument, references);
    if (name.startsWith('Fn::')) throw new Error(`the sandbox does not know ${name}`);
  }
  return Object.fromEntries(entries.map(([key, child]) => [key, resolve(child, references)]));
};
