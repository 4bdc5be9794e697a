/**
 * The load of servers.ts, run inside an instance:
 *
 *   load.mjs run FOLDER          writes numbered rows as FOLDER/load.json says until it gets TERM; FOLDER lies on none of the volumes
 *   load.mjs count FOLDER        how many rows were acknowledged so far
 *   load.mjs told FOLDER FROM TO what was acknowledged before, from and after these times (ms since 1970), as one JSON line
 *
 * Each writer has a client and one row under way, or waits for its turn. A row is acknowledged when the client has said so; that is written down at
 * once, in FOLDER/acknowledged: writer, number, when it was sent and when it was acknowledged. FOLDER/errors holds all other answers.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';

const [, , command, folder, from, to] = process.argv;

/** A client's two directions: a process's input and output, or a socket. */
const connect = ({ argv, socket }, writer) => {
  if (socket !== undefined) {
    const connection = createConnection(socket);
    return { input: connection, output: connection, end: () => connection.destroy() };
  }
  const [program, ...args] = argv.map((word) => word.replaceAll('{writer}', writer));
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stderr.on('data', (chunk) => complain(chunk.toString().trim()));
  child.on('error', (error) => complain(error.message));
  return { input: child.stdin, output: child.stdout, end: () => child.stdin.end() };
};

let ending = false;

/** Rows a second at most, of all writers together: servers of several tests share the machine's cores. */
const MOST = 2_000;
let slot = 0;

/** Calls back when the next row may be sent. A server that is slower is never rushed afterwards. */
const paced = (send) => {
  const now = performance.now();
  slot = Math.max(slot + 1_000 / MOST, now);
  if (slot - now < 1) send();
  else setTimeout(send, slot - now);
};

const complain = (text) => {
  if (!ending) appendFileSync(`${folder}/errors`, `${Date.now()} ${text}\n`);
};

const write = (writer, { client, statement, acknowledged, ignored }, acknowledgements) => {
  const { input, output, end } = connect(client, writer);
  const answer = new RegExp(acknowledged);
  const nothing = ignored === undefined ? /^\s*$/ : new RegExp(ignored);
  const pad = 'x'.repeat(80);
  let number = 0;
  let sent = 0;
  const next = () => {
    if (ending) return end();
    number += 1;
    sent = Date.now();
    input.write(statement.replaceAll('{writer}', writer).replaceAll('{number}', number).replaceAll('{pad}', pad));
  };
  input.on('error', (error) => complain(error.message));
  createInterface({ input: output })
    .on('line', (line) => {
      if (nothing.test(line)) return;
      if (!answer.test(line)) return complain(line);
      writeSync(acknowledgements, `${writer} ${number} ${sent} ${Date.now()}\n`);
      if (ending) end();
      else paced(next);
    })
    .on('close', () => complain(`the client of writer ${writer} ended`));
  next();
};

const run = () => {
  const load = JSON.parse(readFileSync(`${folder}/load.json`, 'utf8'));
  const acknowledgements = openSync(`${folder}/acknowledged`, 'a');
  process.on('SIGTERM', () => {
    ending = true; // a row under way is waited for
    setTimeout(() => process.exit(0), 5_000).unref();
  });
  process.on('exit', () => closeSync(acknowledgements));
  for (let index = 0; index < load.writers; index += 1) write(load.firstWriter + index, load, acknowledgements);
};

const lines = (name) => {
  try {
    return readFileSync(`${folder}/${name}`, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
};

const told = (begin, end) => {
  const rows = lines('acknowledged').map((line) => line.split(' ').map(Number));
  const when = { before: 0, during: 0, after: 0 };
  const last = {};
  let stall = 0;
  let frozen = 0;
  for (const [writer, number, sent, at] of rows) {
    stall = Math.max(stall, at - sent);
    if (sent <= end && at >= begin) frozen = Math.max(frozen, at - sent);
    when[at < begin ? 'before' : at <= end ? 'during' : 'after'] += 1;
    if (at <= end) last[writer] = number;
  }
  const [first, until] = [rows[0]?.[2] ?? 0, begin];
  const seconds = Math.max(0.001, (until - first) / 1000);
  return { ...when, perSecond: Math.round(when.before / seconds), stallMs: stall, frozenStallMs: frozen, last, errors: lines('errors') };
};

if (command === 'run') run();
else if (command === 'count') console.log(lines('acknowledged').length);
else console.log(JSON.stringify(told(Number(from), Number(to))));
