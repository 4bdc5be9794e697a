import * as z from 'zod/mini';
import { AwsError } from '../aws-error';
import { epoch } from '../epoch';
import { documentRights } from '../iam/rights/ssm-rights';
import { operation } from '../operation';
import type { DocumentContent } from './document-schema';
import { textIn } from './document-store';
import type { Ssm } from './ssm';

const fields = { Name: z.string(), DocumentVersion: z.optional(z.string()) };

const stepPlatforms = z.object({ precondition: z.object({ StringEquals: z.array(z.string()) }) });

/** Platforms that the steps name in a precondition, or all. */
const platformTypes = ({ mainSteps }: DocumentContent): readonly string[] => {
  const named = mainSteps.flatMap((step) => {
    const found = stepPlatforms.safeParse(step);
    return found.success ? found.data.precondition.StringEquals.filter((word) => word !== 'platformType') : [];
  });
  return named.length > 0 ? [...new Set(named)] : ['Windows', 'Linux', 'MacOS'];
};

export const getDocument = (ssm: Ssm) =>
  operation(
    z.object({ ...fields, DocumentFormat: z.optional(z.enum(['JSON', 'YAML', 'TEXT'])) }),
    documentRights(ssm),
    ({ Name, DocumentVersion, DocumentFormat }) => {
      if (DocumentFormat === 'TEXT') throw new AwsError('UnsupportedDocumentFormat', 'command documents are JSON or YAML');
      const document = ssm.documents.find(Name);
      const version = ssm.documents.version(document, DocumentVersion);
      return {
        Name: document.name,
        CreatedDate: epoch(version.createdAt),
        DocumentVersion: version.version,
        Status: 'Active',
        Content: textIn(version, DocumentFormat ?? 'JSON'),
        DocumentType: 'Command',
        DocumentFormat: DocumentFormat ?? 'JSON',
      };
    },
  );

export const describeDocument = (ssm: Ssm) =>
  operation(z.object(fields), documentRights(ssm), ({ Name, DocumentVersion }) => {
    const document = ssm.documents.find(Name);
    const version = ssm.documents.version(document, DocumentVersion);
    return {
      Document: {
        Name: document.name,
        Owner: document.owner === '' ? 'Amazon' : document.owner,
        CreatedDate: epoch(version.createdAt),
        Status: 'Active',
        Hash: version.hash,
        HashType: 'Sha256',
        DocumentVersion: version.version,
        DefaultVersion: document.versions.at(-1)?.version,
        LatestVersion: document.versions.at(-1)?.version,
        Description: version.content.description,
        DocumentType: 'Command',
        DocumentFormat: version.format,
        SchemaVersion: version.content.schemaVersion,
        PlatformTypes: platformTypes(version.content),
        Parameters: parameterViews(version.content),
        Tags: Object.entries(document.tags).map(([Key, Value]) => ({ Key, Value })),
      },
    };
  });

const parameterViews = ({ parameters = {} }: DocumentContent) =>
  Object.entries(parameters).map(([Name, parameter]) => ({
    Name,
    Type: parameter.type === 'StringList' ? 'StringList' : 'String',
    Description: parameter.description ?? '',
    DefaultValue: typeof parameter.default === 'string' ? parameter.default : JSON.stringify(parameter.default),
  }));
