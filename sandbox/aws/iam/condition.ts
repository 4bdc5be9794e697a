import { type Context, isKnownKey, valuesOf } from './check';
import { isLike, isLikeArn, literal } from './pattern';

/** One key of a statement's conditions. */
export interface Condition {
  /** As the policy writes it: `ForAllValues:StringLike`. */
  readonly operator: string;
  readonly key: string;
  readonly wanted: readonly string[];
  isMet(context: Context): boolean;
}

type Compare = (wanted: string, found: string) => boolean;

interface Operator {
  readonly compare: Compare;
  /** No wanted value may fit; met where the key is absent. */
  readonly negated?: boolean;
}

/** The operators that the app's template uses. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { compare: (wanted, found) => literal(wanted) === found },
  StringNotEquals: { compare: (wanted, found) => literal(wanted) === found, negated: true },
  StringLike: { compare: isLike },
  StringNotLike: { compare: isLike, negated: true },
  ArnLike: { compare: isLikeArn },
  Bool: { compare: (wanted, found) => wanted.toLowerCase() === found.toLowerCase() },
};

const FORM = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/;

type Test = (found: readonly string[]) => boolean;

const nullTest = ([wanted = '']: readonly string[]): Test => {
  if (!/^(true|false)$/i.test(wanted)) throw new Error(`the sandbox does not know Null: ${wanted}`);
  return (found) => (found.length === 0) === (wanted.toLowerCase() === 'true');
};

const testOf = (written: string, wanted: readonly string[]): Test => {
  if (written === 'Null') return nullTest(wanted);
  const [, set, name = '', ifExists] = FORM.exec(written) ?? [];
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (operator === undefined) throw new Error(`the sandbox does not know the condition operator ${written}`);
  for (const value of wanted) literal(value); // a policy variable is told now, not at the first call
  const fits = (value: string): boolean => wanted.some((one) => operator.compare(one, value)) !== (operator.negated ?? false);
  return (found) => {
    if (set === 'ForAllValues') return found.every(fits);
    if (found.length === 0) return ifExists !== undefined || (set === undefined && operator.negated === true);
    return set === undefined && operator.negated ? found.every(fits) : found.some(fits);
  };
};

/** The one policy variable that is known: the id of the instance that a call is about. Without one nothing fits. */
const INSTANCE_ID = '${ec2:InstanceId}';

const withVariable = (wanted: readonly string[], ids: readonly string[]): readonly string[] =>
  wanted.flatMap((value) => (value.includes(INSTANCE_ID) ? ids.map((id) => value.replaceAll(INSTANCE_ID, id)) : [value]));

/** Read one key of a statement's conditions. Throws on an operator or key that the sandbox does not know. */
export const parseCondition = (operator: string, key: string, wanted: readonly string[]): Condition => {
  if (!isKnownKey(key)) throw new Error(`the sandbox does not know the condition key ${key}`);
  testOf(operator, withVariable(wanted, [''])); // what is not known is told now, not at the first call
  return {
    operator,
    key,
    wanted,
    isMet: (context) => testOf(operator, withVariable(wanted, valuesOf(context, 'ec2:InstanceID')))(valuesOf(context, key)),
  };
};
