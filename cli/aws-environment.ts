/** Before a client is made: the region as the AWS CLI takes it, and no notice of Node's versions among what a person reads. */
export const prepareEnvironment = (): void => {
  const region = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'];
  if (region !== undefined) process.env['AWS_REGION'] = region;
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
};

/** What an error means to whoever typed a command. `resource`: what is missing where the stack is not deployed. */
export const explainError = (error: unknown, resource: string): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'ResourceNotFoundException') return `There is no ${resource}: is Stillpoint deployed in this account and region?`;
  if (error.message.includes('Region is missing')) return 'No region: set AWS_REGION, or a profile that has one.';
  if (error.name === 'CredentialsProviderError') return 'No credentials: set AWS_PROFILE, or the variables of an access key.';
  return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
};
