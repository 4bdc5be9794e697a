import * as z from 'zod/mini';
import type { ResultLine } from '../result-line';
import type { Attempt, EndedScript, Script } from './facts';

/** What the closing event tells of the freeze: measured on the instance where its document says, else bounded by SSM's times. */
export const freezeReportSchema = z.object({
  /** Milliseconds from frozen to thawed; null when nothing was frozen or nobody knows. */
  freeze_window_ms: z.nullable(z.number()),
  /** `instance`: the document measured it; `commands`: from the pre-script's start to the post-script's end, an upper bound; "": none. */
  freeze_window_source: z.enum(['instance', 'commands', '']),
  /** Who thawed: `post`, `auto-thaw` (the guardian), `nobody`, or "" when no document said. */
  thawed_by: z.enum(['post', 'auto-thaw', 'nobody', '']),
  /** Which filesystems hold the application's files, and which of them were held. */
  coverage: z.array(z.object({ mount: z.string(), type: z.string(), volumes: z.array(z.string()), held: z.boolean(), reason: z.string() })),
});
export type FreezeReport = z.infer<typeof freezeReportSchema>;

const NO_FREEZE: FreezeReport = { freeze_window_ms: null, freeze_window_source: '', thawed_by: '', coverage: [] };

/** The report on an attempt, from the last result line that tells of a freeze. */
export const freezeReport = (attempt: Attempt | undefined): FreezeReport => {
  if (attempt === undefined) return NO_FREEZE;
  const line = tellingLine(attempt);
  if (line === undefined) return { ...NO_FREEZE, ...windowByCommands(attempt) };
  return {
    freeze_window_ms: line.heldMs ?? null,
    freeze_window_source: line.heldMs === undefined ? '' : 'instance',
    thawed_by: line.thawedBy,
    coverage: line.filesystems.map(({ mount, type, volumes, held, reason }) => ({ mount, type, volumes, held, reason: reason ?? '' })),
  };
};

/** The last result line that tells of a freeze. */
export const tellingLine = ({ pre, posts }: Attempt): ResultLine | undefined =>
  posts
    .map(lineOf)
    .filter((line) => line !== undefined)
    .at(-1) ?? lineOf(pre);

const lineOf = (script: Script | undefined): ResultLine | undefined =>
  script?.kind === 'succeeded' || script?.kind === 'failed' ? script.line : undefined;

const windowByCommands = ({ pre, posts }: Attempt): Partial<FreezeReport> => {
  const post = posts.findLast((script): script is EndedScript => script.kind === 'succeeded');
  if (pre?.kind !== 'succeeded' || post === undefined) return {};
  return { freeze_window_ms: post.endedAt.getTime() - pre.sentAt.getTime(), freeze_window_source: 'commands' };
};
