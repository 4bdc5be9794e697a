import type { Attempt, Facts, Script, SetMember } from './facts';

/** What a post-script is told of the set (documents that declare `outcome`), and what its Comment keeps. */
export const OUTCOMES = ['created', 'failed', 'unknown'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export type ScriptKey = { readonly stage: 'pre' } | { readonly stage: 'post'; readonly outcome: Outcome };

/** The Comment of a command: the journal's key. SSM allows 100 characters; policy ids of 40 leave room. */
export const commandComment = (runId: string, attempt: number, key: ScriptKey): string =>
  `stillpoint ${runId} attempt ${attempt} ${key.stage === 'pre' ? 'pre' : `post ${key.outcome}`}`;

const COMMENT = new RegExp(`^stillpoint (\\S+) attempt (\\d+) (?:pre|post (${OUTCOMES.join('|')}))$`);

/** What a command's Comment says, or undefined for a command of somebody else. */
export const parseComment = (
  comment: string,
): { readonly runId: string; readonly attempt: number; readonly key: ScriptKey } | undefined => {
  const [, run, attempt, word] = COMMENT.exec(comment) ?? [];
  if (run === undefined) return undefined;
  const outcome = OUTCOMES.find((candidate) => candidate === word);
  return { runId: run, attempt: Number(attempt), key: outcome === undefined ? { stage: 'pre' } : { stage: 'post', outcome } };
};

/** One of our commands, found in SSM's history of the instance. */
export interface JournalCommand {
  readonly attempt: number;
  readonly key: ScriptKey;
  readonly script: Script;
}

/** A snapshot set of this execution, found by its tags. Without an attempt: a set made without scripts. */
export interface JournalSet {
  readonly attempt: number | undefined;
  readonly members: readonly SetMember[];
  readonly consistency: string;
}

/**
 * The facts of an execution from what AWS keeps of it: commands by Comment, sets by tag. The last attempt counts as
 * interrupted. Where its pre-script did not plainly fail and no set is found, a CreateSnapshots may have been made that is
 * not visible yet: the set is unclear.
 */
export const factsFromJournal = (commands: readonly JournalCommand[], sets: readonly JournalSet[]): Facts => {
  const numbers = new Set([...commands.map((command) => command.attempt), ...sets.flatMap((set) => set.attempt ?? [])]);
  const attempts = [...numbers].sort((a, b) => a - b).map((number) => attemptFromJournal(number, commands, sets));
  const plain = sets.find((set) => set.attempt === undefined);
  return plain === undefined
    ? { attempts }
    : { attempts, plainSet: { kind: 'created', members: plain.members, answeredBeforePost: false } };
};

const attemptFromJournal = (number: number, commands: readonly JournalCommand[], sets: readonly JournalSet[]): Attempt => {
  const own = commands.filter((command) => command.attempt === number);
  const pre = own.find((command) => command.key.stage === 'pre')?.script;
  const posts = own.filter((command) => command.key.stage === 'post');
  const scripts = posts.map((command) => command.script);
  const found = sets.find((set) => set.attempt === number);
  if (found !== undefined) {
    const [first] = posts;
    const answeredBeforePost = first === undefined || (first.key.stage === 'post' && first.key.outcome === 'created');
    return { number, interrupted: true, pre, set: { kind: 'created', members: found.members, answeredBeforePost }, posts: scripts };
  }
  const unclear = pre === undefined || pre.kind === 'open' || pre.kind === 'succeeded';
  return { number, interrupted: true, pre, set: unclear ? { kind: 'unclear' } : undefined, posts: scripts };
};

/** All sets of this execution have their final consistency: it was closed, this delivery is a duplicate. */
export const wasClosed = (sets: readonly JournalSet[]): boolean => sets.length > 0 && sets.every((set) => set.consistency !== 'pending');
