import * as z from 'zod/mini';
import type { AccountDocument } from '../../ports';
import type { Stack } from './stack';

const schema = z.object({
  Content: z.unknown(),
  Tags: z.optional(z.array(z.object({ Key: z.string(), Value: z.string() }))),
});

/** AWS::SSM::Document, whose content is a text or an object. */
export const readDocuments = (stack: Stack): readonly AccountDocument[] =>
  stack.ofType('AWS::SSM::Document').map(({ physicalName, properties }) => {
    const { Content, Tags = [] } = schema.parse(properties);
    return {
      name: physicalName,
      content: typeof Content === 'string' ? Content : JSON.stringify(Content),
      tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
    };
  });
