import * as z from 'zod/mini';
import { type Condition, parseCondition } from './condition';
import { literal } from './pattern';

/** Who asks: a role or the sandbox's user by its ARN, or a service of AWS. */
export type Principal = { readonly arn: string } | { readonly service: string };

/** One statement of a policy. */
export interface Statement {
  /** Where it stands: `Role, policy permissions, statement 3`. */
  readonly source: string;
  readonly effect: 'Allow' | 'Deny';
  /** Undefined in a role's own policy. */
  readonly principals: readonly PrincipalPattern[] | undefined;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
}

type PrincipalPattern = '*' | { readonly arn: string } | { readonly service: string };

const list = z.pipe(
  z.union([z.string(), z.array(z.string())]),
  z.transform((value) => (typeof value === 'string' ? [value] : value)),
);
const values = z.pipe(
  z.union([z.string(), z.boolean(), z.array(z.union([z.string(), z.boolean()]))]),
  z.transform((value) => (Array.isArray(value) ? value.map(String) : [String(value)])),
);

/** Strict: NotAction, NotResource, NotPrincipal and the like are told, never passed over. */
const statementSchema = z.strictObject({
  Sid: z.optional(z.string()),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.optional(z.union([z.literal('*'), z.strictObject({ AWS: z.optional(list), Service: z.optional(list) })])),
  Action: list,
  Resource: z.optional(list),
  Condition: z.optional(z.record(z.string(), z.record(z.string(), values))),
});
type Written = z.infer<typeof statementSchema>;

const documentSchema = z.object({
  Statement: z.pipe(
    z.union([z.array(z.unknown()), z.unknown()]),
    z.transform((value) => [value].flat()),
  ),
});

const principalsOf = ({ Principal }: Written): readonly PrincipalPattern[] | undefined => {
  if (Principal === undefined) return undefined;
  if (Principal === '*') return ['*'];
  const arns = (Principal.AWS ?? []).map((arn) => (arn === '*' ? '*' : { arn }));
  return [...arns, ...(Principal.Service ?? []).map((service) => ({ service }))];
};

const conditionsOf = ({ Condition = {} }: Written): readonly Condition[] =>
  Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, wanted]) => parseCondition(operator, key, wanted)),
  );

/** The elements of a statement that did not fit. */
const strange = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : `${issue.path.join('.') || 'the statement'}: ${issue.message}`;

const parseStatement = (value: unknown, source: string): Statement => {
  const parsed = statementSchema.safeParse(value);
  if (!parsed.success) throw new Error(`the sandbox does not know ${parsed.error.issues.map(strange).join(', ')}`);
  const { Effect, Action, Resource = ['*'] } = parsed.data;
  for (const text of [...Action, ...Resource]) literal(text);
  return {
    source,
    effect: Effect,
    principals: principalsOf(parsed.data),
    actions: Action,
    resources: Resource,
    conditions: conditionsOf(parsed.data),
  };
};

/** The statements of a policy document. Throws, with the statement's place, on what the sandbox does not know. */
export const parsePolicyDocument = (document: unknown, source: string): readonly Statement[] =>
  documentSchema.parse(document).Statement.map((value, index) => {
    const place = `${source}, statement ${index + 1}`;
    try {
      return parseStatement(value, place);
    } catch (error) {
      throw new Error(`${place}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
