/**
 * redis-pair.mjs FIRST SECOND: a client of two Redis servers, by their sockets. Each line "WRITER NUMBER" is pushed to the
 * first server and, when that has acknowledged it, to the second; then its answer is printed.
 */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const server = (path) => {
  const socket = connect(path);
  const answers = createInterface({ input: socket })[Symbol.asyncIterator]();
  return async (command) => {
    socket.write(`${command}\r\n`);
    return (await answers.next()).value;
  };
};

const [first, second] = process.argv.slice(2).map(server);
for await (const line of createInterface({ input: process.stdin })) {
  const [writer, number] = line.split(' ');
  const command = `RPUSH load:${writer} ${number}`;
  const answer = await first(command);
  console.log(answer?.startsWith(':') ? await second(command) : answer);
}
process.exit(0);
