import type { Call } from '../../operation';
import type { Ssm } from '../../ssm/ssm';
import { type Check, type Context, resourceTags } from '../check';

/** What Systems Manager's calls are checked against: AWS's service authorization reference, and Run Command's setup page. */

/** Actions that take no resource, and no condition but the region. */
export const ssmRights = (_input: unknown, call: Call): readonly Check[] => [{ action: `ssm:${call.action}`, resource: '*', context: {} }];

/** The account in a document's ARN: AWS's own have none. */
const OWNER = /^arn:[^:]+:ssm:[^:]*:([^:]*):document\//;

/** The tags of a document of this account; those of another's can't be seen. */
const documentContext = (ssm: Ssm, arn: string): Context => {
  const owner = OWNER.exec(arn)?.[1] ?? '';
  const ofAccount: Context = owner === '' ? {} : { 'aws:ResourceAccount': [owner] };
  if (owner !== ssm.account.accountId) return ofAccount;
  const document = ssm.documents.all.find((one) => one.arn === arn);
  return { ...ofAccount, ...resourceTags(Object.entries(document?.tags ?? {}), 'ssm:resourceTag') };
};

const onDocument = (ssm: Ssm, call: Call, name: string): Check => {
  const resource = ssm.documents.arnOf(name);
  return { action: `ssm:${call.action}`, resource, context: documentContext(ssm, resource) };
};

export const documentRights =
  (ssm: Ssm) =>
  ({ Name }: { readonly Name: string }, call: Call): readonly Check[] => [onDocument(ssm, call, Name)];

interface CommandRequest {
  readonly DocumentName: string;
  readonly InstanceIds?: readonly string[] | undefined;
}

/** SendCommand: on the document and on each target, an EC2 instance's ARN, each with its own tags. */
export const sendCommandRights =
  (ssm: Ssm) =>
  ({ DocumentName, InstanceIds = [] }: CommandRequest, call: Call): readonly Check[] => [
    onDocument(ssm, call, DocumentName),
    ...InstanceIds.map((id) => ({
      action: 'ssm:SendCommand',
      resource: `arn:aws:ec2:${call.region}:${ssm.account.accountId}:instance/${id}`,
      context: resourceTags(ssm.instanceTags(id), 'ssm:resourceTag'),
    })),
  ];
