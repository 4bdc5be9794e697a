import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { parse } from 'yaml';

/** SSM's limit for a document. */
const DOCUMENT_LIMIT = 64 * 1024;

/** Props of {@link SsmDocuments}. */
export interface SsmDocumentsProps {
  /** Folder of rendered documents, `NAME.yaml` each. */
  readonly folder: string;
}

/**
 * The documents that Stillpoint brings along, under their own names. A change makes a new version and leaves the old ones, so that a
 * pre-script and its post-script, pinned to one version, survive a deployment between them.
 */
export class SsmDocuments extends Construct {
  constructor(scope: Construct, id: string, props: SsmDocumentsProps) {
    super(scope, id);
    const files = readdirSync(props.folder).filter((file) => file.endsWith('.yaml'));
    for (const file of files.sort()) this.addDocument(basename(file, '.yaml'), readFileSync(join(props.folder, file), 'utf8'));
  }

  private addDocument(name: string, text: string): void {
    const content: unknown = parse(text);
    const size = JSON.stringify(content).length;
    if (size > DOCUMENT_LIMIT) throw new Error(`document ${name}: ${size} characters, SSM allows ${DOCUMENT_LIMIT}`);
    new CfnDocument(this, name, {
      name,
      content,
      documentType: 'Command',
      documentFormat: 'JSON',
      targetType: '/AWS::EC2::Instance',
      updateMethod: 'NewVersion',
      tags: [{ key: 'DLMScriptsAccess', value: 'true' }],
    });
  }
}
