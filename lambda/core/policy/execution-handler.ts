import { VSS_DOCUMENTS, VSS_HANDLER } from '../vss/vss-documents';

/** AWS's managed document for SAP HANA. It follows the contract, and its post-script records a backup in HANA's catalogue. */
export const HANA_DOCUMENT = 'AWSSystemsManagerSAP-CreateDLMSnapshotForSAPHANA';

/** No documents of the contract: they are behind a word of DLM's. */
const OF_VSS: ReadonlySet<string> = new Set([VSS_HANDLER, ...VSS_DOCUMENTS]);

const NAME = /^[A-Za-z0-9_.-]{3,128}$/;
const ARN = /^arn:aws(?:-[a-z]{1,3}){0,2}:ssm:(?<region>[a-z0-9-]+):(?<account>\d{12})?:document\/(?<name>[A-Za-z0-9_.-]{3,128})$/;
const MAX_LENGTH = 200;

/** SSM keeps these beginnings of names to AWS's own documents. */
const OF_AWS = /^(aws|amazon|amzn)/i;

/** The parts of a document's ARN: a document of AWS's has no account in it. Undefined: a name, or no document's ARN. */
const partsOf = (handler: string) => {
  const { region, account = '', name } = ARN.exec(handler)?.groups ?? {};
  return region === undefined || name === undefined ? undefined : { region, account, name };
};

const nameOf = (handler: string): string => partsOf(handler)?.name ?? handler;

/** A document that AWS owns: it carries no tag of the user's. */
export const isOfAws = (handler: string): boolean => OF_AWS.test(nameOf(handler));

export const isHana = (handler: string): boolean => nameOf(handler) === HANA_DOCUMENT;

/** Why a document can't be used in a region, or undefined: SSM's documents are regional, and a name is always of the region itself. */
export const regionProblem = (handler: string, region: string): string | undefined => {
  const of = partsOf(handler)?.region;
  return of === undefined || of === region ? undefined : `document ${handler} is of region ${of}, allowed: one of ${region}`;
};

/** What is allowed as an ExecutionHandler, if this is not: DLM's pattern, and the form of SSM's names and ARNs. */
export const handlerProblem = (handler: string): string | undefined => {
  if (handler !== VSS_HANDLER && OF_VSS.has(nameOf(handler))) return `${VSS_HANDLER}, for snapshots by VSS`;
  const parts = partsOf(handler);
  const known = NAME.test(handler) || (parts !== undefined && (parts.account !== '' || OF_AWS.test(parts.name)));
  if (handler.length <= MAX_LENGTH && known) return undefined;
  return 'the name (3 to 128 letters, digits, _ . -) or ARN of an SSM document, 200 characters at most';
};
