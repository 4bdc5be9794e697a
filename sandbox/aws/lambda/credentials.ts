/** Access keys carry the logical id of their role. They open nothing: the endpoint checks no signature. */
const PREFIX = 'ASIASANDBOX';

export const FUNCTION_SECRET = 'sandbox';

export const accessKeyOf = (role: string): string => `${PREFIX}${role}`;

/** The role of an access key; any other key is a person's. */
export const roleOf = (accessKeyId: string): string => (accessKeyId.startsWith(PREFIX) ? accessKeyId.slice(PREFIX.length) : 'user');
