import type { Attempt, Facts, Script, SetMember, VssCommand } from './facts';

/** What a post-script is told of the set (documents that declare `outcome`), and what its Comment keeps. */
export const OUTCOMES = ['created', 'failed', 'unknown'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Which command of an attempt: a script, or the one that makes a set by VSS. */
export type CommandKey = ScriptKey | { readonly stage: 'vss' };
export type ScriptKey = { readonly stage: 'pre' } | { readonly stage: 'post'; readonly outcome: Outcome };

/** The Comment of a command: the journal's key. SSM allows 100 characters; policy ids of 40 leave room. */
export const commandComment = (runId: string, attempt: number, key: CommandKey): string =>
  `stillpoint ${runId} attempt ${attempt} ${key.stage === 'post' ? `post ${key.outcome}` : key.stage}`;

const COMMENT = new RegExp(`^stillpoint (\\S+) attempt (\\d+) (?:(pre|vss)|post (${OUTCOMES.join('|')}))$`);

/** What a command's Comment says, or undefined for a command of somebody else. */
export const parseComment = (
  comment: string,
): { readonly runId: string; readonly attempt: number; readonly key: CommandKey } | undefined => {
  const [, run, attempt, stage, word] = COMMENT.exec(comment) ?? [];
  if (run === undefined) return undefined;
  const outcome = OUTCOMES.find((candidate) => candidate === word);
  const single = stage === 'vss' ? 'vss' : 'pre';
  return { runId: run, attempt: Number(attempt), key: outcome === undefined ? { stage: single } : { stage: 'post', outcome } };
};

/** One of our commands, found in SSM's history of the instance. */
export interface JournalCommand {
  readonly attempt: number;
  readonly key: ScriptKey;
  readonly script: Script;
}

/** One that makes a set by VSS. */
export interface JournalVss {
  readonly attempt: number;
  readonly vss: VssCommand;
}

/** A snapshot set of this execution, found by its tags. Without an attempt: a set made without scripts. */
export interface JournalSet {
  readonly attempt: number | undefined;
  readonly members: readonly SetMember[];
  /** `pending` also where the tag is missing: VSS makes its snapshots without it. */
  readonly consistency: string;
  /** Members without VSS's word that they are application-consistent. It matters to sets that VSS made. */
  readonly inconsistent?: readonly string[];
  /** VSS says of one of them that it is not. */
  readonly denied?: boolean;
}

/**
 * The facts of an execution from what AWS keeps of it: commands by Comment, sets by tag. The last attempt counts as
 * interrupted. Where its pre-script did not plainly fail and no set is found, a CreateSnapshots may have been made that is
 * not visible yet: the set is unclear.
 */
export const factsFromJournal = (
  commands: readonly JournalCommand[],
  sets: readonly JournalSet[],
  vssCommands: readonly JournalVss[] = [],
): Facts => {
  const numbers = new Set([
    ...[...commands, ...vssCommands].map((command) => command.attempt),
    ...sets.flatMap((set) => set.attempt ?? []),
  ]);
  const attempts = [...numbers]
    .sort((a, b) => a - b)
    .map((number) => vssFromJournal(number, vssCommands, sets) ?? attemptFromJournal(number, commands, sets));
  const plain = sets.find((set) => set.attempt === undefined);
  return plain === undefined
    ? { attempts }
    : { attempts, plainSet: { kind: 'created', members: plain.members, answeredBeforePost: false } };
};

/** What VSS has made by now is looked at once its command has ended. */
const vssFromJournal = (number: number, commands: readonly JournalVss[], sets: readonly JournalSet[]): Attempt | undefined => {
  const own = commands.find((command) => command.attempt === number);
  if (own === undefined) return undefined;
  const found = sets.find((set) => set.attempt === number);
  const set = found && ({ kind: 'created', members: found.members, answeredBeforePost: true } as const);
  return { number, interrupted: true, vss: own.vss, set, posts: [] };
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
