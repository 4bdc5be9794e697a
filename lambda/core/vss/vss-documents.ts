/** DLM's word for VSS snapshots of Windows, in the place of a document. */
export const VSS_HANDLER = 'AWS_VSS_BACKUP';

/**
 * AWS's documents that make snapshots by VSS. The first one installs or updates the VSS components before that, AWS recommends it, and it is the
 * default here; the other one takes them as they are, and is the one that DLM sends.
 */
export const VSS_DOCUMENTS = ['AWSEC2-VssInstallAndSnapshot', 'AWSEC2-CreateVssSnapshot'] as const;
export type VssDocument = (typeof VSS_DOCUMENTS)[number];
