/**
 * The two books and the invariant across them: the journal holds records 1 to n, each chained to the one before by its hash; the
 * ledger holds one booking for each of them, with the running balance.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';

const journalFile = (root) => `${root}/journal/records.log`;
const ledgerFile = (root) => `${root}/ledger/bookings.log`;
const acknowledgedFile = (root) => `${root}/var/lib/ledger/acknowledged`;

const START = { sequence: 0, hash: 'start', balance: 0 };

const hashOf = (previous, sequence, amount) => createHash('sha256').update(`${previous} ${sequence} ${amount}`).digest('hex').slice(0, 32);

/** The record that follows one. */
export const nextRecord = (previous, amount) => {
  const sequence = previous.sequence + 1;
  return { sequence, amount, hash: hashOf(previous.hash, sequence, amount), balance: previous.balance + amount };
};

const readLines = (path) => {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [''];
  }
};

/** The good part of the journal, and what is wrong after it. What follows the last line end is a torn write. */
const readJournal = (root) => {
  const lines = readLines(journalFile(root));
  const records = [];
  let last = START;
  for (const line of lines.slice(0, -1)) {
    const [sequence, amount, hash] = line.split(' ');
    const expected = nextRecord(last, Number(amount));
    if (Number(sequence) !== expected.sequence || hash !== expected.hash)
      return { records, last, wrong: `broken at record ${expected.sequence}` };
    records.push(expected);
    last = expected;
  }
  return { records, last, wrong: lines.at(-1) === '' ? undefined : `torn after record ${last.sequence}` };
};

/** How many of the records are booked, in order, each as it should be. */
const readLedger = (root, records) => {
  const lines = readLines(ledgerFile(root));
  for (const [index, line] of lines.slice(0, -1).entries()) {
    const record = records[index];
    if (record === undefined) return { booked: index, wrong: `booking ${index + 1} has no record` };
    if (line !== bookingLine(record).trimEnd()) return { booked: index, wrong: `broken at booking ${index + 1}` };
  }
  return { booked: lines.length - 1, wrong: lines.at(-1) === '' ? undefined : `torn after booking ${lines.length - 1}` };
};

const recordLine = ({ sequence, amount, hash }) => `${sequence} ${amount} ${hash}\n`;
const bookingLine = ({ sequence, balance, hash }) => `${sequence} ${balance} ${hash}\n`;

/** Looks at copies: `found` is a line for people, with the last record's sequence. */
export const verify = (root) => {
  const journal = readJournal(root);
  const ledger = readLedger(root, journal.records);
  const { sequence } = journal.last;
  const wrongs = [];
  if (journal.wrong) wrongs.push(`journal ${journal.wrong}`);
  if (ledger.wrong) wrongs.push(`ledger ${ledger.wrong}`);
  if (sequence === 0) wrongs.push('no records');
  if (ledger.booked < sequence) wrongs.push(`${sequence - ledger.booked} records without a booking`);
  const found = `sequence=${sequence} booked=${ledger.booked} ${wrongs.length === 0 ? 'invariant holds' : `invariant broken: ${wrongs.join('; ')}`}`;
  return { holds: wrongs.length === 0, found };
};

const byteLength = (records, line) => records.reduce((sum, record) => sum + Buffer.byteLength(line(record)), 0);

/** The open books of the serving process. */
export class Books {
  #unwritten = [];
  #unbooked = [];

  constructor(root) {
    for (const folder of ['journal', 'ledger', 'var/lib/ledger', 'run']) mkdirSync(`${root}/${folder}`, { recursive: true });
    this.journal = openSync(journalFile(root), 'a');
    this.ledger = openSync(ledgerFile(root), 'a');
    this.acknowledged = openSync(acknowledgedFile(root), 'a');
    this.#recover(root);
  }

  /** Accepts a record: acknowledged at once, written later. */
  accept(amount) {
    this.last = nextRecord(this.last, amount);
    this.#unwritten.push(this.last);
    writeSync(this.acknowledged, `${this.last.sequence}\n`);
  }

  /** Writes all accepted records to the journal, and books all but the last `lag`. */
  write(lag) {
    writeSync(this.journal, this.#unwritten.map(recordLine).join(''));
    this.#unbooked.push(...this.#unwritten);
    this.#unwritten = [];
    const due = this.#unbooked.splice(0, Math.max(0, this.#unbooked.length - lag));
    if (due.length > 0) writeSync(this.ledger, due.map(bookingLine).join(''));
  }

  /** Everything to its volume, nothing in memory. */
  flush() {
    this.write(0);
    fsyncSync(this.journal);
    fsyncSync(this.ledger);
  }

  close() {
    for (const fd of [this.journal, this.ledger, this.acknowledged]) closeSync(fd);
  }

  /** After a crash: drop what is torn, book what was not booked. */
  #recover(root) {
    const { records, last } = readJournal(root);
    const { booked } = readLedger(root, records);
    truncateSync(journalFile(root), byteLength(records, recordLine));
    truncateSync(ledgerFile(root), byteLength(records.slice(0, booked), bookingLine));
    this.last = last;
    this.#unbooked = records.slice(booked);
  }
}
