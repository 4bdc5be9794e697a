/** A tree of the query protocols' parameters: `Filter.1.Value.2=x` is Filter[0].Value[1]. */
export type QueryValue = string | QueryValue[] | { [key: string]: QueryValue };

type Branch = { [key: string]: Branch | string };

const INDEX = /^\d+$/;

/** Numbered children become a list, in the order of their numbers. `member` levels of the older protocol are left out. */
const settle = (branch: Branch | string): QueryValue => {
  if (typeof branch === 'string') return branch;
  const keys = Object.keys(branch);
  if (keys.length > 0 && keys.every((key) => INDEX.test(key))) {
    return keys.sort((a, b) => Number(a) - Number(b)).map((key) => settle(branch[key] ?? ''));
  }
  return Object.fromEntries(Object.entries(branch).map(([key, value]) => [key, settle(value)]));
};

/** Parse a form body into `Action` and the operation's input. */
export const parseQuery = (body: string): { readonly action: string; readonly input: QueryValue } => {
  const root: Branch = {};
  let action = '';
  for (const [name, value] of new URLSearchParams(body)) {
    if (name === 'Action') action = value;
    else if (name !== 'Version') plant(root, name.split('.'), value);
  }
  return { action, input: settle(root) };
};

const plant = (root: Branch, path: readonly string[], value: string): void => {
  let at = root;
  for (const step of path.slice(0, -1)) {
    const next = at[step];
    if (typeof next === 'object') at = next;
    else {
      const made: Branch = {};
      at[step] = made;
      at = made;
    }
  }
  at[path.at(-1) ?? ''] = value;
};
