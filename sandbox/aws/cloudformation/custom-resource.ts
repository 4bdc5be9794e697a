import * as z from 'zod/mini';
import type { Stack } from '../template/stack';

/** A resource that a function of the stack stands for. */
export interface CustomResource {
  readonly logicalId: string;
  readonly type: string;
  /** ARN of the function. */
  readonly serviceToken: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

const schema = z.looseObject({ ServiceToken: z.string() });

export const readCustomResources = (stack: Stack): readonly CustomResource[] =>
  stack.ofType(/^Custom::/).map(({ logicalId, properties, source }) => {
    const parsed = schema.parse(properties);
    return { logicalId, type: source.Type, serviceToken: parsed.ServiceToken, properties: parsed };
  });
