/** The serving process: accepts records in ticks, and stands still while a client holds it. */
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { Books } from './books.mjs';

/** A record a tick: slow enough for a day on a small volume. */
const TICK_MS = 10;
/** Records whose bookings are in memory only, always. */
const LAG = 25;

export const SOCKET = 'ledger.sock';

class Service {
  #holder;
  #refusals;

  constructor(books, { ready, failFirstRelease }) {
    this.books = books;
    this.ready = ready;
    this.#refusals = failFirstRelease ? 1 : 0;
  }

  tick() {
    if (this.#holder === undefined) this.#accept(1);
  }

  /** Begins, or goes on after a hold, with as many records as make the ledger lag, so that there is no instant without. */
  resume() {
    this.#holder = undefined;
    this.#accept(LAG);
  }

  #accept(count) {
    for (let n = 0; n < count; n++) this.books.accept(1 + (this.books.last.sequence % 100));
    this.books.write(LAG);
  }

  answer(request, connection) {
    if (request === 'status') return `${this.ready ? 'ready' : 'not-ready'} ${this.#position()}`;
    if (request === 'hold') return this.#hold(connection);
    if (request === 'release') return this.#release(connection);
    return `error unknown request: ${request}`;
  }

  /** A hold is a lock of its connection, as a database session's. */
  disconnected(connection) {
    if (this.#holder === connection) this.resume();
  }

  #hold(connection) {
    if (!this.ready) return 'error not ready';
    if (this.#holder !== undefined) return 'error held already';
    this.books.flush();
    this.#holder = connection;
    return `held ${this.#position()}`;
  }

  #release(connection) {
    if (this.#holder !== connection) return 'error not held by this connection';
    if (this.#refusals > 0) {
      this.#refusals--;
      return 'error the first release fails, as configured';
    }
    const released = `released ${this.#position()}`;
    this.resume();
    return released;
  }

  #position() {
    return `sequence=${this.books.last.sequence} hash=${this.books.last.hash}`;
  }
}

/** Runs until it is killed. */
export const serve = async (root, options) => {
  const service = new Service(new Books(root), options);
  const server = createServer((connection) => {
    connection.on('error', () => undefined); // the client went away: `close` follows
    connection.once('close', () => service.disconnected(connection));
    createInterface({ input: connection })
      .on('error', () => undefined)
      .on('line', (line) => connection.write(`${service.answer(line.trim(), connection)}\n`));
  });
  process.chdir(`${root}/run`); // the path of a socket is limited to 107 bytes
  rmSync(SOCKET, { force: true });
  // So that documents find it: $STILLPOINT_ROOT/run/ledger runs this program with this Node.
  writeFileSync('ledger', `#!/bin/sh\nexec '${process.execPath}' '${process.argv[1]}' "$@"\n`, { mode: 0o755 });
  service.resume();
  setInterval(() => service.tick(), TICK_MS);
  await new Promise((_, reject) => server.once('error', reject).listen(SOCKET));
};
