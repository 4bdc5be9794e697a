#!/usr/bin/env node
/**
 * The example fleet's application. It writes ordered records to a journal and books each of them in a ledger, on two volumes;
 * bookings lag behind in memory. So at every instant at which it is not held, a copy of the volumes is broken.
 *
 *   ledger.mjs serve [--not-ready] [--fail-first-release]   writes, until it is killed
 *   ledger.mjs ping        exits 0 when it serves
 *   ledger.mjs status      the same, and 2 when it serves but must not be backed up now (--not-ready)
 *   ledger.mjs hold        prints `held sequence=N hash=H` and keeps it still; on a line `release`, prints `released ...` and ends,
 *                          or `error ...` and stays, for another try. The hold ends with this process, or with its stdin.
 *   ledger.mjs verify ROOT exits 0 when the invariant holds on the copies under ROOT
 *
 * $STILLPOINT_ROOT is put before all paths: /journal and /ledger (the volumes), /run/ledger.sock, /var/lib/ledger/acknowledged.
 */
import { verify } from './books.mjs';
import { ask, hold } from './client.mjs';
import { serve } from './server.mjs';

const [command = '', ...flags] = process.argv.slice(2);
const root = process.env.STILLPOINT_ROOT ?? '';

const commands = {
  serve: () => serve(root, { ready: !flags.includes('--not-ready'), failFirstRelease: flags.includes('--fail-first-release') }),
  ping: async () => ((await ask(root, 'status')) === undefined ? 1 : 0),
  status: async () => {
    const answer = await ask(root, 'status');
    console.log(answer ?? 'not running');
    if (answer === undefined) return 1;
    return answer.startsWith('ready') ? 0 : 2;
  },
  hold: () => hold(root),
  verify: () => {
    const { holds, found } = verify(flags[0] ?? '');
    console.log(found);
    return holds ? 0 : 1;
  },
};

const chosen = commands[command];
if (chosen === undefined) {
  console.error('usage: ledger.mjs serve|ping|status|hold|verify ROOT');
  process.exitCode = 64;
} else {
  process.exitCode = (await chosen()) ?? 0;
}
