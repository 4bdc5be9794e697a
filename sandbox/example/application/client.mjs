/** The client's side of the control socket. */
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';

const connect = (root) => {
  process.chdir(`${root}/run`); // the path of a socket is limited to 107 bytes
  return createConnection('ledger.sock');
};

/** One question and its answer; undefined when nothing serves. */
export const ask = (root, request) =>
  new Promise((resolve) => {
    try {
      const connection = connect(root).once('error', () => resolve(undefined));
      createInterface({ input: connection })
        .on('error', () => undefined)
        .once('line', (line) => {
          resolve(line);
          connection.destroy();
        });
      connection.write(`${request}\n`);
    } catch {
      resolve(undefined); // no /run yet
    }
  });

/** Holds until told to release, or until stdin ends. Resolves to the exit code. */
export const hold = (root) =>
  new Promise((resolve) => {
    const connection = connect(root);
    let held = false;
    const end = (code) => {
      resolve(code);
      connection.destroy();
      process.stdin.destroy();
    };
    const heard = (line) => {
      console.log(line);
      if (line.startsWith('held')) held = true;
      else if (line.startsWith('released')) end(0);
      else if (!held) end(1);
    };
    connection.once('error', (error) => {
      console.log(`error ${error.message}`);
      end(1);
    });
    connection.once('close', () => end(1));
    createInterface({ input: connection })
      .on('error', () => undefined)
      .on('line', heard);
    createInterface({ input: process.stdin })
      .on('line', (line) => line.trim() === 'release' && connection.write('release\n'))
      .once('close', () => end(1)); // without a release: the hold ends with the connection
    connection.write('hold\n');
  });
