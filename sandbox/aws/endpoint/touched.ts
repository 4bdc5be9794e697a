const RESOURCE_ID = /\b(?:i|vol|snap)-[0-9a-f]{8,17}\b/g;
/** Fields whose value names a resource as it stands. */
const NAMES = new Set(['DocumentName', 'Name', 'QueueName', 'TableName', 'CommandId']);
/** Names of filters stand in `Name` too, and are no resources. */
const NAME_OWNERS = new Set(['GetDocument', 'DescribeDocument']);

/** What a request concerns, read from its input before it is acted on. */
export const touchedBy = (action: string, input: unknown): Set<string> => {
  const found = new Set<string>();
  visit(action, input, undefined, found);
  return found;
};

const visit = (action: string, value: unknown, key: string | undefined, found: Set<string>): void => {
  if (typeof value === 'string') return read(action, value, key, found);
  if (Array.isArray(value)) for (const item of value) visit(action, item, key, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, child] of Object.entries(value)) visit(action, child, name, found);
  }
};

const read = (action: string, text: string, key: string | undefined, found: Set<string>): void => {
  for (const [id] of text.matchAll(RESOURCE_ID)) found.add(id);
  if (key === 'QueueUrl') found.add(text.split('/').at(-1) ?? text);
  if (key !== undefined && NAMES.has(key) && (key !== 'Name' || NAME_OWNERS.has(action))) found.add(text);
};
