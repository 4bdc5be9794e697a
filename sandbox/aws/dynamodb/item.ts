import * as z from 'zod/mini';
import { AwsError } from '../aws-error';

/** The types of attributes that the sandbox's tables hold. */
const attributeSchema = z.union([
  z.strictObject({ S: z.string() }),
  z.strictObject({ N: z.string().check(z.regex(/^-?\d+(\.\d+)?$/)) }),
  z.strictObject({ SS: z.array(z.string()).check(z.minLength(1)) }),
]);
export type Attribute = z.infer<typeof attributeSchema>;

export const itemSchema = z.record(z.string(), attributeSchema);
export type Item = Readonly<Record<string, Attribute>>;

export const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

/** A key's attribute as text. */
export const keyText = (item: Item, name: string): string => {
  const value = item[name];
  if (value !== undefined && 'S' in value && value.S !== '') return value.S;
  throw invalid(`One or more parameter values were invalid: Missing the key ${name} in the item`);
};

/** Equal, or in the order of numbers; values of different types never are. */
export const compares = (left: Attribute | undefined, operator: string, right: Attribute): boolean => {
  if (left === undefined) return false;
  if (operator === '=') return JSON.stringify(left) === JSON.stringify(right);
  return 'N' in left && 'N' in right && Number(left.N) <= Number(right.N);
};

/** ADD: a set grows by the elements that it lacks. */
export const union = (existing: Attribute | undefined, more: Attribute): Attribute => {
  if (!('SS' in more) || (existing !== undefined && !('SS' in existing))) {
    throw invalid('An operand in the update expression has an incorrect data type');
  }
  return { SS: [...new Set([...(existing?.SS ?? []), ...more.SS])] };
};
