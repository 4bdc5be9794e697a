import { TAG } from '../snapshot-tags';

/** Seconds that the document gives its snapshot step. Ours: AWS publishes no default. The installing step before it is not in it. */
export const VSS_SNAPSHOT_SECONDS = 600;

/** Whose snapshots they are to be. Ids alone: what else is free text, which might not fit between `Key=` and `;`. */
export interface VssSubject {
  readonly policyId: string;
  readonly executionId: string;
  readonly instanceId: string;
  readonly attempt: number;
}

/**
 * Parameters of AWS's documents, all of them Strings. VSS makes the snapshots from the instance, so the tags by which they are found again, and by
 * which they are ours, go in with the command. AWS takes letters, digits and `() ./\-"'@_+:={}` in them: our ids have no others. No more is
 * given than is needed: the pattern of `description`, say, is not published.
 */
export const vssParameters = (
  { policyId, executionId, instanceId, attempt }: VssSubject,
  excludeBootVolume: boolean,
): Readonly<Record<string, string>> => ({
  ExcludeBootVolume: excludeBootVolume ? 'True' : 'False',
  executionTimeout: String(VSS_SNAPSHOT_SECONDS),
  tags: tagsText({
    [TAG.policyId]: policyId,
    [TAG.executionId]: executionId,
    [TAG.instanceId]: instanceId,
    [TAG.attempt]: String(attempt),
  }),
});

const tagsText = (tags: Readonly<Record<string, string>>): string =>
  Object.entries(tags)
    .map(([key, value]) => `Key=${key},Value=${value}`)
    .join(';');
