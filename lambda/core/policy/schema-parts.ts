import * as z from 'zod/mini';

/** What schemas of a policy are made of: each message says what is allowed. */
export const integer = (min: number, max: number) => {
  const allowed = `an integer from ${min} to ${max}`;
  return z.int(allowed).check(z.gte(min, allowed), z.lte(max, allowed));
};

export const text = (allowed: string, pattern: RegExp) => z.string(allowed).check(z.regex(pattern, allowed));

export const oneOf = <const T extends readonly string[]>(...values: T) =>
  z.enum(values, values.length === 1 ? JSON.stringify(values[0]) : `one of ${values.join(', ')}`);

/** A string with a rule of its own, which answers with what is allowed, or nothing when the string is right. */
export const checked = (allowed: string, problem: (value: string) => string | undefined) =>
  z.string(allowed).check((payload) => {
    const message = problem(payload.value);
    if (message !== undefined) payload.issues.push({ code: 'custom', message, input: payload.value });
  });

/** A time by number and unit. Its limit depends on both. */
export const positive = z.int('a positive integer').check(z.gte(1, 'a positive integer'));
export const ageUnit = oneOf('DAYS', 'WEEKS', 'MONTHS', 'YEARS');
