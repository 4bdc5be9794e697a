import { join } from 'node:path';
import { DATA, LOG, type Server } from '../support/servers';

const CLIENT = join(import.meta.dirname, 'redis-pair.mjs');
const FIRST = '/run/first.sock';
const SECOND = '/run/second.sock';

export const APPENDFSYNC = ['always', 'everysec', 'no'] as const;

/**
 * Two Redis of Debian's package, one on each volume: Redis keeps all files of a server on one filesystem (it renames
 * between them). A row goes to the first server and then to the second, so whatever the second has, the first must have.
 */
export const redisPair = (appendfsync: (typeof APPENDFSYNC)[number]): Server => {
  const serve = (socket: string, folder: string): string =>
    `redis-server --port 0 --unixsocket ${socket} --dir ${folder}/redis --save '' --appendonly yes --appendfsync ${appendfsync}`;
  const answers = (socket: string): string => `[[ $(redis-cli -s ${socket} ping) == PONG ]]`;
  const ask = (socket: string, command: string): string => `$(redis-cli -s ${socket} --raw ${command})`;
  return {
    prepare: `mkdir ${DATA}/redis ${LOG}/redis`,
    start: `${serve(FIRST, DATA)} & exec ${serve(SECOND, LOG)}`,
    ready: `${answers(FIRST)} && ${answers(SECOND)}`,
    load: {
      client: { argv: ['node', CLIENT, FIRST, SECOND] },
      statement: '{writer} {number}\n',
      acknowledged: '^:[0-9]+$',
    },
    // The rows that both have, and the last one of the second.
    rows: `
      for key in ${ask(SECOND, "keys 'load:*'")}; do
        first=${ask(FIRST, 'llen "$key"')} second=${ask(SECOND, 'llen "$key"')}
        echo "\${key#load:} $((first < second ? first : second)) ${ask(SECOND, 'lindex "$key" -1')}"
      done`,
  };
};
