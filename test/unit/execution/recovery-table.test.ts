import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decide, type Step } from '../../../lambda/core/execution/decide';
import type { Script } from '../../../lambda/core/execution/facts';
import { factsFromJournal, type JournalCommand, type JournalSet } from '../../../lambda/core/execution/journal';
import * as f from './fixtures';

/** The table of docs/design.md, between its markers: what the journal may hold after a crash, and what is done then. */
const rows = readFileSync(join(import.meta.dirname, '../../../docs/design.md'), 'utf8')
  .split('<!-- recovery table -->')[1]
  ?.split('\n')
  .filter((line) => /^\| (?!pre |---)/.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, 5)
      .map((cell) => cell.trim()),
  );

const SCRIPTS: Readonly<Record<string, Script | undefined>> = {
  '-': undefined,
  open: f.open,
  success: f.succeeded(),
  'timed out': f.timedOut(),
  'never started': f.timedOut(false),
  '201 or unlisted': f.failed(201, 1),
  '204, 206': f.failed(206),
  '205': f.failed(205),
  '203, 205': f.failed(203),
  '202': f.failed(202),
};

const ACTIONS: Readonly<Record<string, Step>> = {
  'begin attempt 1': { do: 'begin', attempt: 1, pause: false },
  'cancel pre': { do: 'end-script', stage: 'pre', cancel: true },
  'post (unknown)': { do: 'send-post', outcome: 'unknown', recovery: false },
  'post (created)': { do: 'send-post', outcome: 'created', recovery: false },
  'follow post': { do: 'end-script', stage: 'post', cancel: false },
  'recovery thaw': { do: 'send-post', outcome: 'failed', recovery: true },
  'next attempt': { do: 'begin', attempt: 2, pause: false },
  'next attempt after a pause': { do: 'begin', attempt: 2, pause: true },
  'find the set': { do: 'find-set' },
  close: { do: 'close' },
};

const journal = (pre: string, set: string, post: string) => {
  const scripts: JournalCommand[] = [];
  const before = SCRIPTS[pre];
  const after = SCRIPTS[post];
  if (before !== undefined) scripts.push({ attempt: 1, key: { stage: 'pre' }, script: before });
  if (after !== undefined)
    scripts.push({ attempt: 1, key: { stage: 'post', outcome: set === 'found' ? 'created' : 'unknown' }, script: after });
  const plain = set === 'without scripts';
  const sets: JournalSet[] = set === '-' ? [] : [{ attempt: plain ? undefined : 1, members: f.MEMBERS, consistency: 'pending' }];
  return factsFromJournal(scripts, sets);
};

test('the table is there', () => expect(rows?.length).toBeGreaterThan(12));

test.each(rows ?? [])('after a crash with pre %s, set %s, post %s: %s', (pre = '', set = '', post = '', action = '') => {
  for (const cell of [pre, post]) expect(SCRIPTS).toHaveProperty([cell]);
  expect(ACTIONS).toHaveProperty([action]);
  const situation = {
    plan: f.plan(),
    traits: { parameters: new Set<string>(), recordsBackupInPost: false },
    firstAttempt: 1,
    thawOnly: false,
  };
  expect(decide(situation, journal(pre, set, post))).toEqual(ACTIONS[action]);
});
