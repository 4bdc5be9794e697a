const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether an event fits a rule's pattern: values, prefix, suffix, exists, anything-but, at any depth. */
export const matchesPattern = (pattern: unknown, event: unknown): boolean =>
  isObject(pattern) &&
  Object.entries(pattern).every(([key, wanted]) => {
    const found = isObject(event) ? event[key] : undefined;
    return Array.isArray(wanted) ? wanted.some((one: unknown) => fits(one, found)) : matchesPattern(wanted, found);
  });

const fits = (wanted: unknown, found: unknown): boolean => {
  if (isObject(wanted) && 'exists' in wanted) return (found !== undefined) === wanted.exists;
  const values: readonly unknown[] = Array.isArray(found) ? found : [found];
  return values.some((value) => fitsValue(wanted, value));
};

const fitsValue = (wanted: unknown, value: unknown): boolean => {
  if (!isObject(wanted)) return wanted === value;
  if ('prefix' in wanted) return typeof value === 'string' && value.startsWith(String(wanted.prefix));
  if ('suffix' in wanted) return typeof value === 'string' && value.endsWith(String(wanted.suffix));
  if ('anything-but' in wanted) {
    const excluded = wanted['anything-but'];
    return value !== undefined && !(Array.isArray(excluded) ? excluded.includes(value) : excluded === value);
  }
  throw new Error(`the sandbox does not know the pattern ${JSON.stringify(wanted)}`);
};
