export type JsonPath = readonly (string | number)[];

/** `Schedules[0].CreateRule`, as it is printed. */
export const printPath = (path: JsonPath): string =>
  path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`), '');

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands at a path, or `undefined`. */
export const valueAt = (value: unknown, path: JsonPath): unknown => {
  let found = value;
  for (const step of path) {
    if (Array.isArray(found) && typeof step === 'number') found = found[step];
    else if (isObject(found) && typeof step === 'string') found = Object.hasOwn(found, step) ? found[step] : undefined;
    else return undefined;
  }
  return found;
};

/** All objects at a pattern such as `['Schedules', '*', 'CreateRule']`, with their paths. */
export const objectsAt = (
  value: unknown,
  pattern: readonly string[],
  path: JsonPath = [],
): readonly { readonly path: JsonPath; readonly object: JsonObject }[] => {
  const [step, ...rest] = pattern;
  if (step === undefined) return isObject(value) ? [{ path, object: value }] : [];
  if (step === '*') return Array.isArray(value) ? value.flatMap((item, index) => objectsAt(item, rest, [...path, index])) : [];
  return isObject(value) && Object.hasOwn(value, step) ? objectsAt(value[step], rest, [...path, step]) : [];
};
