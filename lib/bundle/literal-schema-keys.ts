import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Replaces computed keys that name a string constant of the same file (`[_xN]: ...`) by the string. To esbuild a computed key may
 * have side effects, so it keeps every schema that has one, and with them the client's whole API.
 */
export const inlineSchemaKeys = (source: string): string => {
  const constants = new Map([...source.matchAll(/^const (_\w+) = "([^"\\]*)";$/gm)].map((match) => [match[1], match[2]]));
  return source.replace(/\[(_\w+)\]: /g, (key, name: string) => {
    const literal = constants.get(name);
    return literal === undefined ? key : `${JSON.stringify(literal)}: `;
  });
};

/** Lets esbuild drop the operations that are not used from SDK clients (client-ec2: 440 KB instead of 982). */
export const literalSchemaKeys: Plugin = {
  name: 'literal-schema-keys',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk[/\\]client-[a-z0-9-]+[/\\]dist-es[/\\]schemas[/\\]schemas_\d+\.js$/ }, async ({ path }) => ({
      contents: inlineSchemaKeys(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};
