/** Access keys carry the logical id of their role. They open nothing: the endpoint checks no signature. */
const PREFIX = 'ASIASANDBOX';

export const FUNCTION_SECRET = 'sandbox';

/** The sandbox's user: access key and secret. */
export const USER_ACCESS_KEY = 'sandbox';

export const accessKeyOf = (role: string): string => `${PREFIX}${role}`;

/** Whose an access key is: a role's logical id, or `user`; nobody's where it is neither. */
export const callerOf = (accessKeyId: string): string | undefined => {
  if (accessKeyId.startsWith(PREFIX)) return accessKeyId.slice(PREFIX.length);
  return accessKeyId === USER_ACCESS_KEY ? 'user' : undefined;
};
