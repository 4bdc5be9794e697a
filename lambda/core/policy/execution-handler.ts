/** DLM's managed handlers, which are not SSM command documents of the user's. */
const MANAGED = ['AWS_VSS_BACKUP', 'AWSSystemsManagerSAP-CreateDLMSnapshotForSAPHANA'];

const NAME = /^[A-Za-z0-9_.-]{3,128}$/;
const ARN = /^arn:aws(-[a-z]{1,3}){0,2}:ssm:[a-z0-9-]+:\d{12}:document\/[A-Za-z0-9_.-]{3,128}$/;
const MAX_LENGTH = 200;

/** What is allowed as an ExecutionHandler, if this is not: DLM's pattern, and the form of SSM's names and ARNs. */
export const handlerProblem = (handler: string): string | undefined => {
  const managed = MANAGED.find((name) => handler === name || handler.endsWith(`:document/${name}`));
  if (managed !== undefined) return `the name or ARN of an SSM document (${managed} is not built yet)`;
  if (handler.length <= MAX_LENGTH && (NAME.test(handler) || ARN.test(handler))) return undefined;
  return 'the name (3 to 128 letters, digits, _ . -) or ARN of an SSM document, 200 characters at most';
};
