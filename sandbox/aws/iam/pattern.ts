/** `${*}`, `${?}` and `${$}` stand for the character itself; what else begins with `${` would be a policy variable. */
const TOKEN = /\$\{([*?$])\}|\$\{[^}]*\}|([*?])|([\s\S])/g;

/** The parts of a pattern: wildcards, and text to be taken literally. Throws on a policy variable. */
const tokens = (pattern: string): readonly { readonly wildcard?: string; readonly text?: string }[] =>
  [...pattern.matchAll(TOKEN)].map(([all, escaped, wildcard, plain]) => {
    if (wildcard !== undefined) return { wildcard };
    const text = escaped ?? plain;
    if (text === undefined) throw new Error(`the sandbox does not know the policy variable ${all}`);
    return { text };
  });

/** A value of a policy as IAM compares it to the letter. */
export const literal = (value: string): string =>
  tokens(value)
    .map(({ wildcard, text }) => wildcard ?? text)
    .join('');

/** Whether a text fits a pattern with `*` and `?`. */
export const isLike = (pattern: string, value: string): boolean => {
  const source = tokens(pattern).map(({ wildcard, text = '' }) => {
    if (wildcard === undefined) return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    return wildcard === '*' ? '[\\s\\S]*' : '[\\s\\S]';
  });
  return new RegExp(`^${source.join('')}$`).test(value);
};

/** Action names don't mind case. */
export const isLikeAction = (pattern: string, action: string): boolean => isLike(pattern.toLowerCase(), action.toLowerCase());

/** `arn`, partition, service, region and account, each by itself; the rest may hold colons. */
const segments = (arn: string): readonly string[] => {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
};

/** Whether an ARN fits a pattern: a wildcard does not reach over a colon before the resource's part. `*` alone fits everything. */
export const isLikeArn = (pattern: string, arn: string): boolean => {
  if (pattern === '*') return true;
  const found = segments(arn);
  return segments(pattern).every((part, index) => isLike(part, found[index] ?? ''));
};
