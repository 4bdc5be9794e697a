/** The two script stages of an attempt. DLM's `Stages` spells them `PRE` and `POST`. */
export type Stage = 'pre' | 'post';

/**
 * Why a script failed, as DLM numbers it (the exit codes of the document contract).
 * 201 pre-script failed, 202 post-script failed, 203 auto-thaw came before the post-script,
 * 204 pre-script started while a post-script was expected, 205 post-script started while a
 * pre-script was expected, 206 application not ready.
 */
export const CAUSES = [201, 202, 203, 204, 205, 206] as const;
export type Cause = (typeof CAUSES)[number];

const isCause = (code: number): code is Cause => (CAUSES as readonly number[]).includes(code);

/** The cause of a failed script: its exit code when that is a cause, else 201 or 202 by its stage. */
export const causeOf = (stage: Stage, exitCode: number | undefined): Cause => {
  if (exitCode !== undefined && isCause(exitCode)) return exitCode;
  return stage === 'pre' ? 201 : 202;
};
