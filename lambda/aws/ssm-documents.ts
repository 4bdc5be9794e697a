import { DescribeDocumentCommand, GetDocumentCommand } from '@aws-sdk/client-ssm';
import { checkContract } from '../core/document-contract';
import { regionProblem } from '../core/policy/execution-handler';
import type { Documents, PinnedDocument } from '../worker/ports';
import { ssm } from './clients';
import { awsError } from './errors';

/** Our role may read no others, so that nothing else is ever sent as a pre-script. */
const NEEDS_TAG = ' (a policy must name it, and it must carry the tag DLMScriptsAccess = true)';

/** A document that is just being changed throws: the execution comes again when that is over. */
const pin = async (name: string, stages: readonly ('pre' | 'post')[]): Promise<PinnedDocument | { readonly problem: string }> => {
  const elsewhere = regionProblem(name, await ssm.config.region());
  if (elsewhere !== undefined) return { problem: elsewhere };
  try {
    const { Document: described } = await ssm.send(new DescribeDocumentCommand({ Name: name }));
    const version = described?.DocumentVersion ?? described?.DefaultVersion;
    if (described?.Status === 'Creating' || described?.Status === 'Updating') throw new Error(`document ${name} is ${described.Status}`);
    if (described?.Status !== 'Active')
      return { problem: `document ${name} is ${described?.Status ?? 'without a status'}, allowed Active` };
    const { Content } = await ssm.send(
      new GetDocumentCommand({ Name: name, DocumentFormat: 'JSON', ...(version === undefined ? {} : { DocumentVersion: version }) }),
    );
    const shared = name.startsWith('arn:');
    return {
      name,
      version,
      hash: shared ? described.Hash : undefined,
      platforms: described.PlatformTypes ?? [],
      contract: checkContract(JSON.parse(Content ?? 'null'), stages, name),
    };
  } catch (thrown) {
    const { refused, throttled, code, message } = awsError(thrown);
    if (refused && !throttled)
      return { problem: `document ${name}: ${code}: ${message}${code === 'AccessDeniedException' ? NEEDS_TAG : ''}` };
    throw thrown;
  }
};

export const ssmDocuments: Documents = { pin };
